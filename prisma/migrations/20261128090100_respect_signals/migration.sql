-- Whether Sec-GPC and DNT in a request's headers refuse its messages, whatever SDK sent it.
ALTER TABLE projects
  ADD COLUMN respect_signals boolean NOT NULL DEFAULT true;
