/**
 * The smallest page with a group call: camera and microphone on, and everybody else on the screen. `?server=` names the
 * server where it is not the page's own; `room=` and `name=` are filled in.
 */
import { ConferenceClient, createLocalMedia, type Participant } from '@plenum/client';

const query = new URLSearchParams(location.search);
const form = document.querySelector('form');
const status = document.querySelector('[role=status]');
const stage = document.querySelector('main');

async function join(name: string): Promise<void> {
  const localMedia = createLocalMedia({ video: { height: 360, frameRate: 15 } });
  await Promise.all([localMedia.startCamera(), localMedia.startMicrophone()]);
  const client = new ConferenceClient({ serverUrl: query.get('server') ?? location.origin });
  client.onNewParticipant(({ name: who }) => tell(`${who} came`));
  client.onParticipantLeft(({ name: who }) => tell(`${who} left`));
  const room = await client.joinRoom(query.get('room') ?? 'example', { name, localMedia });
  draw(room.participants.current);
  room.participants.subscribe(draw);
  room.state.subscribe((state) => {
    if (state.name === 'left') tell(state.error?.message ?? 'You left.');
  });
}

/** A figure for each of the others, with their picture and their sound. */
function draw(participants: readonly Participant[]): void {
  const others = participants.filter(({ isLocal }) => !isLocal);
  for (const figure of [...(stage?.children ?? [])]) {
    if (others.every(({ id }) => figure.id !== `p-${id}`)) figure.remove();
  }
  for (const { id, name, camera, microphone } of others) {
    const video = document.querySelector<HTMLVideoElement>(`#p-${id} video`) ?? addFigure(`p-${id}`, name);
    const tracks = [camera?.track, microphone?.track].filter((track) => track !== undefined);
    const shown = video.srcObject instanceof MediaStream ? video.srcObject.getTracks() : [];
    const isSame = tracks.length === shown.length && tracks.every((track) => shown.includes(track));
    if (!isSame) video.srcObject = new MediaStream(tracks);
  }
}

function addFigure(id: string, name: string): HTMLVideoElement {
  const figure = document.createElement('figure');
  const video = document.createElement('video');
  const caption = document.createElement('figcaption');
  figure.id = id;
  caption.textContent = name;
  video.autoplay = true;
  video.playsInline = true;
  figure.append(video, caption);
  stage?.append(figure);
  return video;
}

function tell(text: string): void {
  if (status !== null) status.textContent = text;
}

form?.querySelector('input')?.setAttribute('value', query.get('name') ?? '');
form?.addEventListener('submit', (event) => {
  event.preventDefault();
  const name = new FormData(form).get('name');
  join(String(name)).catch((error: Error) => tell(error.message));
});
