/** What a shared screen is sent as: once, in full, and rather seldom than blurred: half of a text cannot be read. */

const screenEncoding = {
  /** bit/s: a page of small text is sharp within a second, and a film can be followed. */
  maxBitrate: 2_500_000,
  /** Frames a second. */
  maxFramerate: 15,
  /** Before the own camera, where there is not enough for both (W3C WebRTC Priority Control, section 4.1). */
  priority: 'high',
} as const;

/** Sends whatever the sender has as a screen is sent, or nothing of it for now. */
export async function sendInDetail(sender: RTCRtpSender, active = true): Promise<void> {
  const parameters = sender.getParameters();
  if (parameters.encodings.length === 0) return;
  parameters.encodings = parameters.encodings.map((encoding) => ({ ...encoding, ...screenEncoding, active }));
  parameters.degradationPreference = 'maintain-resolution';
  await sender.setParameters(parameters);
}
