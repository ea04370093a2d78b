// The same work by a pipeline of GStreamer: decode, compose, encode; everybody's sound, and each speaker's without their own voice.
import { layOut } from '@plenum/mixer';
import { GStreamerProgram } from '@plenum/testkit/gstreamer';
import * as v from 'valibot';
import { encoding, loopback, type MixRig, mixedPicture, type RigOptions, ssrcsOf } from './rig.ts';

const playingSchema = v.looseObject({ ports: v.record(v.string(), v.number()) });

export async function startGStreamerRig(options: RigOptions): Promise<MixRig> {
  const program = GStreamerProgram.start('pipeline', [describePipeline(options)]);
  const { ports } = v.parse(playingSchema, await program.told('playing'));
  const { socket } = options;
  return {
    pid: program.pid,
    send: (person, kind, datagram) => {
      const port = ports[`${kind}${person}`];
      if (port !== undefined) socket.send(datagram, port, loopback);
    },
    close: () => program.kill(),
  };
}

/** Milliseconds that a packet is waited for: what ours waits for a voice. */
const waitMs = 40;

function describePipeline({ people, speakers, socket }: RigOptions): string {
  const { port } = socket.address();
  const talking = Array.from({ length: speakers }, (_, person) => person);
  const silent = people - speakers;
  return [
    describePictures(people, port),
    ...talking.map(describeVoice),
    // Who says nothing hears this; it is encoded also where nobody does, as a recording would have it.
    describeMix('all', talking, ssrcsOf(speakers).hears, Array(Math.max(1, silent)).fill(port)),
    ...talking.map((person) => {
      const others = talking.filter((other) => other !== person);
      return describeMix(String(person), others, ssrcsOf(person).hears, [port]);
    }),
  ].join('\n');
}

function describePictures(people: number, port: number): string {
  const { width, height, framesPerSecond, bitrateBps } = encoding;
  const places = layOut('grid', people, encoding).map(
    ({ left, top, width, height }, person) =>
      `sink_${person}::xpos=${left} sink_${person}::ypos=${top} sink_${person}::width=${width} sink_${person}::height=${height}`,
  );
  const caps = 'application/x-rtp,media=video,clock-rate=90000,encoding-name=VP8,payload=96';
  const inputs = places.map(
    (_, person) =>
      `udpsrc name=picture${person} address=${loopback} port=0 buffer-size=1000000 caps="${caps}"
        ! rtpjitterbuffer latency=${waitMs} ! rtpvp8depay ! vp8dec threads=1 ! compositor.sink_${person}`,
  );
  return `compositor name=compositor background=black ${places.join(' ')}
    ! video/x-raw,format=I420,width=${width},height=${height},framerate=${framesPerSecond}/1
    ! x264enc speed-preset=ultrafast tune=zerolatency bitrate=${bitrateBps / 1_000} vbv-buf-capacity=500
      threads=1 sliced-threads=false bframes=0 key-int-max=125
    ! video/x-h264,profile=constrained-baseline
    ! rtph264pay pt=${mixedPicture.payloadType} ssrc=${mixedPicture.ssrc} mtu=1200 config-interval=-1
    ! udpsink host=${loopback} port=${port} sync=false
    ${inputs.join('\n')}`;
}

function describeVoice(person: number): string {
  const caps = 'application/x-rtp,media=audio,clock-rate=48000,encoding-name=OPUS,payload=111';
  return `udpsrc name=voice${person} address=${loopback} port=0 caps="${caps}"
    ! rtpjitterbuffer latency=${waitMs} ! rtpopusdepay ! opusdec ! audio/x-raw,rate=48000,channels=1 ! tee name=said${person}`;
}

/** The settings of the encoder are ours. */
function describeMix(
  name: string,
  voices: readonly number[],
  ssrc: number,
  ports: readonly number[],
): string {
  const clients = ports.map((port) => `${loopback}:${port}`).join(',');
  return `audiomixer name=mix-${name} output-buffer-duration=20000000 ! audio/x-raw,rate=48000,channels=1
    ! opusenc bitrate=40000 audio-type=voice complexity=5 inband-fec=true packet-loss-percentage=5
    ! rtpopuspay pt=111 ssrc=${ssrc} ! multiudpsink clients=${clients} sync=false
    ${voices.map((person) => `said${person}. ! queue ! mix-${name}.`).join('\n')}`;
}
