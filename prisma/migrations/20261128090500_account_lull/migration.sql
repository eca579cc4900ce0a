-- Since when nearly all accounts of a project are silent; "lull" is the people's.
ALTER TABLE "risk_models" ADD COLUMN "account_lull" JSONB;
