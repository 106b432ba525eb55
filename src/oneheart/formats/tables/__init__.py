"""Our own form of a gathering: tables of responses, desires, participants and circles."""
