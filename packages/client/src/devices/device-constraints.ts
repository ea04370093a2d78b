/** What to ask of a camera: 16:9 at the given height, never faster than the frame rate. */
export function cameraConstraints(
  video: { readonly height: number; readonly frameRate: number },
  deviceId: string | undefined,
): MediaTrackConstraints {
  return {
    ...exactly(deviceId),
    width: { ideal: Math.round((video.height * 16) / 9) },
    height: { ideal: video.height },
    frameRate: { ideal: video.frameRate, max: video.frameRate },
  };
}

/** What to ask of a microphone: speech, cleaned up by the browser. */
export function microphoneConstraints(deviceId: string | undefined): MediaTrackConstraints {
  return { ...exactly(deviceId), echoCancellation: true, noiseSuppression: true, autoGainControl: true };
}

// An ideal id would only be weighed against the size of the picture, and another camera could win.
function exactly(deviceId: string | undefined): MediaTrackConstraints {
  return deviceId === undefined ? {} : { deviceId: { exact: deviceId } };
}
