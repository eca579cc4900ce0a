-- The last page or event of a person, beside the name of their last event. The facts job fills it (FACTS_VERSION 4).
ALTER TABLE profile_facts ADD COLUMN last_step text;
