/** Live video behind one interface: a backend answers offers, says what it saw, and shows the newest picture. */

/** The operator publishes (WHIP); the consumer, and the operator too, plays (WHEP). */
export type Side = "publish" | "play";

/** Without a packet for so long the picture is away, since the last one: shorter pauses do not count, seconds. */
export const SILENT_SECONDS = 3;

/** Who play a session's video at once, those included who are still connecting. */
export const MOST_VIEWERS = 32;

/** What came in of a session's video. */
export interface Seen {
  sessionId: string;
  /** Undefined before the first complete picture: from there on a session is LIVE. */
  video:
    | { pictureAt: Date /** Since when packets come without a pause that counts. */; from: Date; until: Date }
    | undefined;
}

/** Where a session's video is: whoever has a link may use it until the session's end. */
export interface Links {
  urlsOf(sessionId: string, ref: string): { whipUrl: string; whepUrl: string };
  /** Whether a link's token is of this video and this side. */
  permits(token: string, ref: string, side: Side): boolean;
}

export interface Media extends Links {
  /** Whether a session is LIVE when its operator starts it; else by its first complete picture. */
  readonly isLiveAtStart: boolean;
  /** @returns What a session calls its video from now on, if it has no name for it yet. */
  open(sessionId: string): Promise<string>;
  /** Ends every connection of the session that there is in this process. */
  close(sessionId: string): Promise<void>;
  /**
   * Answers an offer.
   *
   * @param offer SDP. Its candidates are not needed: the client finds the server.
   * @returns The answer, SDP with all candidates, and by what name the connection is ended.
   * @throws {Refused} INVALID_INPUT: no offer, or none that can be shown; CONFLICT: somebody publishes, or too many play;
   *   NOT_FOUND: this backend has no video; VIDEO_ERROR.
   */
  connect(sessionId: string, side: Side, offer: string): Promise<{ connectionId: string; answer: string }>;
  /** @returns Whether there was such a connection. */
  disconnect(sessionId: string, side: Side, connectionId: string): Promise<boolean>;
  /** Of each session that anybody has connected to in this process. */
  seen(): Seen[];
  /** Has `act` called when a first picture has come. */
  onPicture(act: () => void): void;
  /** The newest picture, a JPEG of the last second; undefined while there is none. */
  frame(session: { id: string; requestedLat: number; requestedLng: number }, now: Date): Promise<Buffer | undefined>;
  /** Ends all of it, with the process. */
  stop(): Promise<void>;
}
