/** A queue's policy, in pg-boss' terms. Times are in seconds unless the name says otherwise. */
export type QueueOptions = {
  /** Attempts after the first. */
  retryLimit: number;
  /** Pause before the second attempt; it doubles with each further one, with some jitter. */
  retryDelay: number;
  /** How long after claiming a job a process counts as dead, so that another one retries it. */
  expireInSeconds: number;
  /** How long a job is kept if nobody claims it. */
  retentionDays: number;
  /** The queue that receives jobs that were given up. */
  deadLetter?: QueueName;
};

export type QueueName = "mail" | "mail-dead" | "alert" | "alert-dead" | "bulk-erasure";

const DEAD: QueueOptions = { retryLimit: 20, retryDelay: 60, expireInSeconds: 600, retentionDays: 30 };

/** Every queue, dead-letter queues first, as others refer to them. */
export const QUEUES: readonly (QueueOptions & { name: QueueName })[] = [
  { name: "mail-dead", ...DEAD },
  { name: "alert-dead", ...DEAD },
  // Eleven attempts within 17 to 34 hours. Without SMTP a mail waits as long as its row is kept.
  {
    name: "mail",
    retryLimit: 10,
    retryDelay: 60,
    expireInSeconds: 600,
    retentionDays: 30,
    deadLetter: "mail-dead",
  },
  // Nine attempts within 4 to 8 hours: yesterday's alert is no use.
  { name: "alert", retryLimit: 8, retryDelay: 60, expireInSeconds: 120, retentionDays: 7, deadLetter: "alert-dead" },
  // Fifteen attempts within about a day; then a button on the erasure's page starts it again. A job works for some 20 s
  // and leaves the rest to the next.
  { name: "bulk-erasure", retryLimit: 14, retryDelay: 5, expireInSeconds: 120, retentionDays: 30 },
];
