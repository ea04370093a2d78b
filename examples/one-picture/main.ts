/**
 * A page for a device that bears one picture, however many people there are: the server puts everybody together. Who opens the
 * room may record it. `?server=` names the server where it is not the page's own; `room=` and `name=` are filled in.
 */
import { ConferenceClient, createLocalMedia, type Room } from '@plenum/client';

const query = new URLSearchParams(location.search);
const roomId = query.get('room') ?? 'example';
const video = document.createElement('video');
const joinForm = document.querySelector<HTMLFormElement>('#join');
const call = document.querySelector<HTMLElement>('#call');

video.autoplay = true;
video.playsInline = true;
document.querySelector('main')?.append(video);

const client = new ConferenceClient({ serverUrl: query.get('server') ?? location.origin });

async function join(name: string): Promise<void> {
  const localMedia = createLocalMedia({ video: { height: 360, frameRate: 15 } });
  await Promise.all([localMedia.startCamera(), localMedia.startMicrophone()]);
  const room = await client.joinRoom(roomId, { name, localMedia, view: 'composite' });
  if (joinForm !== null) joinForm.hidden = true;
  if (call !== null) call.hidden = false;
  const play = () => {
    const { picture, sound } = room.composite.current ?? {};
    if (picture === undefined || sound === undefined) return;
    video.srcObject = new MediaStream([picture, sound]);
  };
  play();
  room.composite.subscribe(play);
  // Everybody learns that they are recorded.
  room.recording.subscribe((recording) => {
    const isOver = recording === undefined || recording.endedBy !== undefined;
    tell(isOver ? 'Not recorded' : `Recorded since ${recording.since}`);
  });
  onClick('#record', () => room.startRecording());
  onClick('#stop', async () => {
    await room.stopRecording();
    await list(room);
  });
  onClick('#leave', async () => {
    await room.leave();
    localMedia.close();
    tell('You left');
  });
  tell('You are in');
}

/** A link for each part of each recording, newest first. */
async function list(room: Room): Promise<void> {
  const recordings = await room.recordings();
  const links = recordings.flatMap(({ parts }) =>
    parts.map(({ url }, index) => {
      const link = document.createElement('a');
      link.href = url;
      link.textContent = `Part ${index + 1}`;
      return link;
    }),
  );
  document.querySelector('ul')?.replaceChildren(...links);
}

function tell(text: string): void {
  const status = document.querySelector('[role=status]');
  if (status !== null) status.textContent = text;
}

function onClick(selector: string, work: () => Promise<unknown>): void {
  const tellFailure = (error: Error) => tell(error.message);
  document.querySelector(selector)?.addEventListener('click', () => void work().catch(tellFailure));
}

joinForm?.querySelector('input')?.setAttribute('value', query.get('name') ?? '');
joinForm?.addEventListener('submit', (event) => {
  event.preventDefault();
  join(String(new FormData(joinForm).get('name'))).catch((error: Error) => tell(error.message));
});
