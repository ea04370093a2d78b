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

/**
 * What to ask of a screen: all of its details, as far as they are of use, and what is heard on it as it is. The page itself is
 * not offered, which would be a hall of mirrors. Browsers pass over what they do not know.
 */
export function screenOptions({
  height,
  frameRate,
}: {
  readonly height: number;
  readonly frameRate: number;
}): DisplayMediaStreamOptions {
  const wide = { width: { max: Math.round((height * 16) / 9) }, height: { max: height } };
  const further = { selfBrowserSurface: 'exclude', surfaceSwitching: 'include', systemAudio: 'include' };
  return {
    ...further,
    video: { ...wide, frameRate: { ideal: frameRate, max: frameRate } },
    audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: 2 },
  };
}

// An ideal id would only be weighed against the size of the picture, and another camera could win.
function exactly(deviceId: string | undefined): MediaTrackConstraints {
  return deviceId === undefined ? {} : { deviceId: { exact: deviceId } };
}
