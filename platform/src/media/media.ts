/** Live video behind one interface: the backend decides when a session is live and what picture it shows. */

export interface Media {
  /** Whether a session is LIVE when its operator starts it; else by its first complete picture. */
  readonly isLiveAtStart: boolean;
  /** Makes a place for the session's video, once. @returns What the session calls it. */
  open(sessionId: string): Promise<string>;
  close(sessionId: string): Promise<void>;
  /** Where the operator publishes (WHIP) and the consumer plays (WHEP). */
  urlsOf(sessionId: string, ref: string): { whipUrl: string; whepUrl: string };
  /** The newest picture, a JPEG; undefined while there is none. */
  frame(session: { id: string; requestedLat: number; requestedLng: number }, now: Date): Promise<Buffer | undefined>;
}
