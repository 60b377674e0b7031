/** Live video of a session: the operator's camera, and what the consumer sees. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { api, dataOf } from "../api/client.ts";
import { problem } from "../api/remedies.ts";
import { useWorkspace } from "../pages/workspace.ts";
import { Card, Problem, Waiting } from "../ui/show.tsx";
import { stayConnected } from "./connect.ts";

/** Publishes while it is shown: leaving the page ends it, and with it what is charged. */
export function Camera({ id }: { id: string }) {
  const { id: workspaceId } = useWorkspace();
  const [isOn, setOn] = useState(false);
  const [wrong, setWrong] = useState<unknown>();
  const preview = useRef<HTMLVideoElement>(null);
  const { data, error } = useQuery({
    queryKey: ["producer", id, workspaceId],
    queryFn: () =>
      dataOf(api.GET("/api/v1/sessions/{id}/producer-token", { params: { path: { id }, query: { workspaceId } } })),
    enabled: isOn,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const url = data?.whipUrl;
  useEffect(() => {
    if (!isOn || url === undefined) return;
    const over = new AbortController();
    const { signal } = over;
    void openCamera(signal).then((camera) => {
      if (camera === undefined) return;
      if (preview.current !== null) preview.current.srcObject = camera;
      return stayConnected(url, {
        signal,
        onProblem: setWrong,
        prepare(connection) {
          for (const track of camera.getTracks())
            connection.addTransceiver(track, { direction: "sendonly", streams: [camera] });
        },
      });
    }, setWrong);
    return () => over.abort();
  }, [isOn, url]);
  return (
    <Card title="Your camera">
      {isOn ? <video ref={preview} className="picture" aria-label="What you show" muted autoPlay playsInline /> : null}
      <div className="actions">
        <button type="button" className={isOn ? "" : "main"} onClick={() => setOn(!isOn)}>
          {isOn ? "Stop camera" : "Show camera"}
        </button>
      </div>
      <p className="muted">The meter starts with the first picture, and stands while none arrives.</p>
      <Problem error={error ?? wrong} />
    </Card>
  );
}

/** It is turned off with `signal`. */
async function openCamera(signal: AbortSignal): Promise<MediaStream | undefined> {
  const video = { width: { ideal: 1280 }, height: { ideal: 720 } };
  const camera = await navigator.mediaDevices.getUserMedia({ video, audio: true }).catch((error: Error) => {
    throw problem(
      error.name === "NotAllowedError" ? "The browser lets this page use no camera." : "There is no camera to be used.",
      "Allow camera and microphone for this page, then start again.",
    );
  });
  const stop = () => {
    for (const track of camera.getTracks()) track.stop();
  };
  if (signal.aborted) {
    stop();
    return undefined;
  }
  signal.addEventListener("abort", stop);
  return camera;
}

export function Player({ url }: { url: string }) {
  const video = useRef<HTMLVideoElement>(null);
  const [wrong, setWrong] = useState<unknown>();
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    const over = new AbortController();
    void stayConnected(url, {
      signal: over.signal,
      onProblem: setWrong,
      prepare(connection) {
        const stream = new MediaStream();
        for (const kind of ["video", "audio"]) connection.addTransceiver(kind, { direction: "recvonly" });
        connection.addEventListener("track", ({ track }) => stream.addTrack(track));
        if (video.current !== null) video.current.srcObject = stream;
      },
    });
    return () => over.abort();
  }, [url]);
  return (
    <>
      <video
        ref={video}
        className="picture"
        aria-label="What the operator shows now"
        onPlaying={() => setShown(true)}
        muted
        autoPlay
        playsInline
        controls
      />
      {isShown ? null : <Waiting>Waiting for the first picture …</Waiting>}
      <Problem error={wrong} />
    </>
  );
}
