/** The link by which a wallet on another device connects: as a picture for its camera, and to be copied. */
import { encode } from "uqr";
import { Copy } from "../ui/show.tsx";

export function Scan({ link }: { link: string }) {
  const { data, size } = encode(link, { border: 4 });
  const dark = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return (
    <div className="scan">
      <svg viewBox={`0 0 ${size} ${size}`} role="img" aria-label="A code to scan with the wallet">
        <rect width={size} height={size} className="light" />
        <path d={dark.join("")} className="dark" />
      </svg>
      <p role="status">Scan this with your wallet, or give it the link; then confirm there.</p>
      <div className="actions">
        <Copy text={link} what="link" />
        <a href={link}>Open a wallet on this device</a>
      </div>
    </div>
  );
}
