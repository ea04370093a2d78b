/** Audio through hidden `<audio>` elements, and the sound of the speaker test. */
import type { AudioPlayer } from './sound.ts';

/** Not every browser lets a page choose the loudspeaker. */
export function canChooseSpeaker(): boolean {
  return 'setSinkId' in HTMLMediaElement.prototype;
}

export function createBrowserPlayer(): AudioPlayer {
  const element = document.createElement('audio');
  element.autoplay = true;
  element.hidden = true;
  document.body.append(element);
  return {
    play(track) {
      const isSame = element.srcObject instanceof MediaStream && element.srcObject.getTracks()[0] === track;
      if (!isSame) element.srcObject = new MediaStream([track]);
      return element.play();
    },
    setSpeaker(deviceId) {
      void sendTo(element, deviceId);
    },
    close() {
      element.srcObject = null;
      element.remove();
    },
  };
}

async function sendTo(element: HTMLAudioElement, deviceId: string): Promise<void> {
  if (!canChooseSpeaker() || element.sinkId === deviceId) return;
  // A speaker that was unplugged: the system's one plays on.
  await element.setSinkId(deviceId).catch(() => undefined);
}

const chime = [523.25, 659.25, 783.99];
const noteSeconds = 0.22;

/** Low and dull, as on wood. */
const knock = [196, 174.61];

/** Plays three notes on a loudspeaker; resolves when they are over. */
export function playTestSound(speakerId: string): Promise<void> {
  return playNotes(speakerId, chime);
}

/** Somebody is at the door. Where the browser refuses to play, the notice has to do. */
export function playKnock(speakerId: string): Promise<void> {
  return playNotes(speakerId, knock).catch(() => undefined);
}

async function playNotes(speakerId: string, notes: readonly number[]): Promise<void> {
  const context = new AudioContext();
  const destination = context.createMediaStreamDestination();
  for (const [index, frequency] of notes.entries()) {
    playNote(context, destination, frequency, context.currentTime + 0.05 + index * noteSeconds);
  }
  const element = document.createElement('audio');
  element.srcObject = destination.stream;
  try {
    await sendTo(element, speakerId);
    await element.play();
    await new Promise((resolve) => setTimeout(resolve, 1_000 * (noteSeconds * notes.length + 0.5)));
  } finally {
    element.srcObject = null;
    await context.close();
  }
}

/** A soft bell: loud at once, then fading, so that nothing clicks. */
function playNote(context: AudioContext, destination: AudioNode, frequency: number, at: number): void {
  const volume = context.createGain();
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(0.25, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.001, at + 0.6);
  volume.connect(destination);
  const tone = context.createOscillator();
  tone.frequency.value = frequency;
  tone.connect(volume);
  tone.start(at);
  tone.stop(at + 0.6);
}
