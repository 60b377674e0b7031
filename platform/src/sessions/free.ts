/** Gives an operator back whose sessions are over. */
import { Fragment } from "../db/database.ts";

/**
 * For a statement with a table `ended` of the sessions that end in it: who operated one, and has none left, is ONLINE again
 * from then on. Such a statement sees the sessions as they were, so those that end are left out by their ids.
 */
export const FREE_OPERATORS = new Fragment(`free as (
      update workspaces w set availability_state = 'ONLINE', idle_since = e.ended_at
      from ended e where w.id = e.operator_workspace_id and w.availability_state = 'BUSY' and not exists (
        select 1 from sessions o where o.operator_workspace_id = w.id and o.state in ('ASSIGNED', 'LIVE')
          and o.id not in (select id from ended))
    )`);
