"""Pure judgement: facts, expectations and tables in, one result out. No file, no process, no clock."""
