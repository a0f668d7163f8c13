/** The contract of the starter pack: what its sounds are called and how they play. How they sound is in `lib/synthesis`. */
import { z } from 'zod';
import { NO_SETTINGS, type SoundKind, type SoundSettings } from '#lib/sounds/sound.ts';
import type { RecipeName } from '#lib/synthesis/recipes/index.ts';

export interface PackSound {
  /** Its recipe, and its id in the library. */
  name: RecipeName;
  kind: SoundKind;
  settings: SoundSettings;
}

export interface StarterProgress {
  /** Sounds of the pack that this run has seen into the library. */
  done: number;
  total: number;
  running: boolean;
}

/** Where the pack stands in the library: a sound of it is there when its id is taken, by whatever recording. */
export const starterPackState = z
  .strictObject({
    status: z.enum(['incomplete', 'running', 'failed', 'complete']).meta({
      description:
        'incomplete: sounds of it are missing and nobody adds them; failed: the last run broke off, the log says why',
    }),
    done: z
      .number()
      .int()
      .meta({ description: 'Sounds that are there; while it runs, those that the run has seen to' }),
    total: z.number().int(),
  })
  .meta({ id: 'StarterPack' });
export type StarterPackState = z.infer<typeof starterPackState>;

type Choice = Pick<SoundSettings, 'name' | 'category' | 'tags'> & Partial<SoundSettings>;

const common = { license: 'CC0 1.0', attribution: 'Talk2Me starter pack' };

function effect(name: RecipeName, choice: Choice): PackSound {
  return { name, kind: 'effects', settings: { ...NO_SETTINGS, ...common, ...choice } };
}

/** Beds are computed around their end, so their end is joined to their beginning without a crossfade. */
function bed(name: RecipeName, choice: Choice): PackSound {
  const settings = { ...NO_SETTINGS, ...common, type: 'ambience', loop: true, crossfade: 0, ...choice };
  return { name, kind: 'background', settings };
}

/** In the order in which they are made; the newest is listed first. */
export const PACK: readonly PackSound[] = [
  effect('door_knock', { name: 'Knock on wood', category: 'doors', tags: ['knock', 'door', 'wood'] }),
  effect('door_close', { name: 'Door closes', category: 'doors', tags: ['door', 'latch', 'wood'] }),
  effect('door_creak', { name: 'Door creaks', category: 'doors', tags: ['door', 'hinge', 'creepy'] }),
  effect('doorbell', { name: 'Doorbell', category: 'doors', tags: ['door', 'bell', 'chime'] }),
  effect('steps_wood', { name: 'Steps on wood', category: 'steps', tags: ['steps', 'walk', 'wood', 'floor'] }),
  effect('steps_gravel', { name: 'Steps on gravel', category: 'steps', tags: ['steps', 'walk', 'gravel', 'outdoors'] }),
  effect('horse_trot', { name: 'Horse trots by', category: 'travel', tags: ['horse', 'hooves', 'road'] }),
  effect('page_turn', { name: 'Page turn', category: 'home', tags: ['paper', 'page', 'book'] }),
  effect('glass_clink', { name: 'Glasses clink', category: 'home', tags: ['glass', 'toast', 'drink'] }),
  effect('glass_break', { name: 'Glass breaks', category: 'home', tags: ['glass', 'break', 'window', 'accident'] }),
  effect('coin', { name: 'Coin drops', category: 'home', tags: ['coin', 'money', 'metal'] }),
  effect('camera_click', { name: 'Camera click', category: 'home', tags: ['camera', 'shutter', 'click'] }),
  effect('typewriter', { name: 'Typewriter', category: 'home', tags: ['typewriter', 'keys', 'office', 'bell'] }),
  effect('telephone', { name: 'Telephone rings', category: 'home', tags: ['telephone', 'ring', 'bell'] }),
  effect('clock_strike', { name: 'Clock strikes three', category: 'home', tags: ['clock', 'chime', 'time'] }),
  effect('match_strike', { name: 'Match is struck', category: 'fire', tags: ['match', 'fire', 'flame'] }),
  effect('gunshot', { name: 'Gunshot', category: 'town', tags: ['gun', 'shot', 'bang', 'crime'] }),
  effect('church_bell', { name: 'Church bell', category: 'town', tags: ['bell', 'church', 'village'] }),
  effect('small_bell', { name: 'Hand bell', category: 'home', tags: ['bell', 'ring', 'call'] }),
  effect('heartbeat', { name: 'Heartbeat', category: 'body', tags: ['heart', 'pulse', 'tension'] }),
  effect('applause', { name: 'Applause', category: 'people', tags: ['applause', 'audience', 'clapping', 'theatre'] }),
  effect('owl_hoot', { name: 'Owl hoots', category: 'nature', tags: ['owl', 'bird', 'night'] }),
  effect('cuckoo', { name: 'Cuckoo calls', category: 'nature', tags: ['cuckoo', 'bird', 'spring'] }),
  effect('water_drop', { name: 'Water drops', category: 'water', tags: ['water', 'drop', 'cave'] }),
  effect('splash', { name: 'Splash', category: 'water', tags: ['water', 'splash', 'fall'] }),
  effect('whoosh', { name: 'Whoosh', category: 'motion', tags: ['whoosh', 'swing', 'transition'] }),
  effect('train_whistle', { name: 'Train whistle', category: 'travel', tags: ['train', 'whistle', 'steam'] }),
  effect('ship_horn', { name: 'Ship horn', category: 'travel', tags: ['ship', 'horn', 'harbour'] }),
  effect('wind_gust', { name: 'Gust of wind', category: 'weather', tags: ['wind', 'gust', 'storm'] }),
  effect('thunder_far', { name: 'Thunder, far', category: 'weather', tags: ['thunder', 'storm', 'distant'] }),
  effect('thunder_close', { name: 'Thunder, close', category: 'weather', tags: ['thunder', 'storm', 'lightning'] }),
  bed('heartbeat_slow', { name: 'Slow heartbeat', category: 'body', tags: ['heart', 'pulse', 'tension'] }),
  // At the level of a rain it would be a fault of the recording.
  bed('room_tone', { name: 'Room tone', category: 'home', tags: ['room', 'quiet', 'indoors'], volume: 0.1 }),
  bed('clock_ticking', { name: 'Clock ticking', category: 'home', tags: ['clock', 'tick', 'time', 'indoors'] }),
  bed('crowd_murmur', { name: 'Crowd murmur', category: 'people', tags: ['crowd', 'voices', 'inn', 'foyer'] }),
  bed('train_ride', { name: 'Train ride', category: 'travel', tags: ['train', 'rails', 'journey'] }),
  bed('crickets', { name: 'Crickets at night', category: 'nature', tags: ['crickets', 'night', 'summer'] }),
  bed('forest', { name: 'Forest with birds', category: 'nature', tags: ['forest', 'birds', 'leaves', 'day'] }),
  bed('stream', { name: 'Stream', category: 'water', tags: ['stream', 'brook', 'water', 'outdoors'] }),
  bed('sea', { name: 'Sea', category: 'water', tags: ['sea', 'waves', 'beach'] }),
  bed('fire', { name: 'Fire', category: 'fire', tags: ['fire', 'hearth', 'crackle', 'warm'] }),
  bed('wind', { name: 'Wind', category: 'weather', tags: ['wind', 'storm', 'howl'] }),
  bed('heavy_rain', { name: 'Heavy rain', category: 'weather', tags: ['rain', 'storm', 'downpour'] }),
  bed('rain', { name: 'Rain', category: 'weather', tags: ['rain', 'weather', 'calm'] }),
];
