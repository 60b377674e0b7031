/** Where operators are, without who they are. */
import type { Clock } from "../clock.ts";
import type { Queries } from "../db/database.ts";
import { type DeviceKind, staleBefore } from "../workspaces/workspaces.ts";

export interface Circle {
  lat: number;
  lng: number;
  radiusMeters: number;
  deviceKind: DeviceKind | null;
}

/** The circles of operators who are ONLINE, and have not fallen silent. */
export function coverage(db: Queries, { clock }: { clock: Clock }, limit: number): Promise<Circle[]> {
  return db.rows<Circle>`
    select coverage_lat as lat, coverage_lng as lng, coverage_radius_meters as radius_meters, device_kind
    from workspaces where availability_state = 'ONLINE' and is_supplier and deleted_at is null and coverage_lat is not null
      and (heard_at is null or heard_at > ${staleBefore({ clock })})
    order by coverage_lat, coverage_lng, coverage_radius_meters limit ${limit}`;
}
