-- How many people were active, in sums that answer any window exactly (docs/decisions/0121-people-by-gaps.md). Kept in
-- the transactions that write person_days, for people up to active_counted.counted_to.
CREATE TABLE active_gaps (
  project_id uuid     NOT NULL,
  day        date     NOT NULL,
  gap        smallint NOT NULL,
  people     integer  NOT NULL,
  identified integer  NOT NULL,
  PRIMARY KEY (project_id, day, gap)
) WITH (fillfactor = 70);

CREATE TABLE active_quarters (
  project_id uuid     NOT NULL,
  day        date     NOT NULL,
  quarter    smallint NOT NULL,
  began      integer  NOT NULL,
  ended      integer  NOT NULL,
  around     integer  NOT NULL,
  fresh      integer  NOT NULL DEFAULT 0,
  PRIMARY KEY (project_id, day, quarter)
) WITH (fillfactor = 70);

CREATE TABLE active_counted (
  project_id uuid PRIMARY KEY,
  counted_to bigint         NOT NULL,
  since      timestamptz(3) NOT NULL,
  tidied_at  timestamptz(3) NOT NULL
);
