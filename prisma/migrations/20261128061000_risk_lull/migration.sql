-- Since when nearly everybody of a project is silent: holidays, an outage, a broken integration.
ALTER TABLE "risk_models" ADD COLUMN "lull" JSONB;
