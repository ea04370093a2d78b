/** Drawn people before a drawn wall, as a camera would show them; one canvas each, ten frames a second. */
export interface FakePicture {
  readonly track: MediaStreamTrack;
  freeze(): void;
}

export function createFakePicture(seed: number, isUpright = false): FakePicture {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = isUpright ? [360, 640] : [640, 360];
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('No canvas.');
  let tick = 0;
  const draw = () => drawPerson(context, seed, tick++);
  draw();
  const timer = setInterval(draw, 100);
  const [track] = canvas.captureStream(10).getVideoTracks();
  if (track === undefined) throw new Error('No track.');
  return { track, freeze: () => clearInterval(timer) };
}

const skins = ['#f1c7a5', '#d9a074', '#a86d46', '#74452a', '#e8b48c'];
const hairs = ['#2b1d14', '#6b4423', '#b98a4e', '#1c1c22', '#8d8d92'];

function drawPerson(context: CanvasRenderingContext2D, seed: number, tick: number): void {
  const { width, height } = context.canvas;
  const hue = (seed * 67) % 360;
  const wall = context.createLinearGradient(0, 0, width, height);
  wall.addColorStop(0, `hsl(${hue} 22% 62%)`);
  wall.addColorStop(1, `hsl(${hue + 30} 26% 34%)`);
  context.fillStyle = wall;
  context.fillRect(0, 0, width, height);
  context.fillStyle = `hsl(${hue + 180} 18% 70% / 55%)`;
  context.fillRect(width * 0.06, height * 0.08, width * 0.22, height * 0.4);
  const x = width / 2 + Math.sin(tick / 9 + seed) * 8;
  const y = height * 0.42 + Math.cos(tick / 7 + seed) * 3;
  const size = Math.min(width, height) * 0.2;
  blob(context, x, height * 1.12, size * 2.3, size * 2.2, `hsl(${hue + 200} 32% 38%)`);
  blob(context, x, y + size * 1.1, size * 0.42, size * 0.7, skins[seed % skins.length]);
  blob(context, x, y - size * 0.2, size * 1.02, size * 1.18, hairs[seed % hairs.length]);
  blob(context, x, y + size * 0.12, size * 0.82, size * 1.02, skins[seed % skins.length]);
  blob(context, x - size * 0.3, y, size * 0.08, size * 0.09, '#222');
  blob(context, x + size * 0.3, y, size * 0.08, size * 0.09, '#222');
  blob(
    context,
    x,
    y + size * 0.55,
    size * 0.24,
    size * (0.05 + 0.05 * Math.abs(Math.sin(tick / 2))),
    '#7a3030',
  );
}

function blob(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  colour = '#ccc',
): void {
  context.fillStyle = colour;
  context.beginPath();
  context.ellipse(x, y, width, height, 0, 0, 2 * Math.PI);
  context.fill();
}
