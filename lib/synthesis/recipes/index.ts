import type { Recipe } from '../recipe.ts';
import { churchBell, clockStrike, smallBell, telephone } from './bells.ts';
import { crickets, cuckoo, forest, heartbeat, heartbeatSlow, owlHoot } from './creatures.ts';
import { doorbell, doorClose, doorCreak, doorKnock } from './doors.ts';
import { fire, gunshot, matchStrike } from './fire.ts';
import { applause, crowdMurmur } from './people.ts';
import { horseTrot, stepsGravel, stepsWood } from './steps.ts';
import { cameraClick, clockTicking, coin, glassBreak, glassClink, pageTurn, typewriter, whoosh } from './things.ts';
import { roomTone, shipHorn, trainRide, trainWhistle } from './travel.ts';
import { sea, splash, stream, waterDrop } from './water.ts';
import { heavyRain, rain, thunderClose, thunderFar, wind, windGust } from './weather.ts';

/** Every sound by the id it has in a library. The name is the seed, so a sound that gets another name becomes another one. */
export const RECIPES = {
  thunder_close: thunderClose,
  thunder_far: thunderFar,
  wind_gust: windGust,
  door_creak: doorCreak,
  door_close: doorClose,
  door_knock: doorKnock,
  doorbell,
  steps_wood: stepsWood,
  steps_gravel: stepsGravel,
  horse_trot: horseTrot,
  page_turn: pageTurn,
  glass_clink: glassClink,
  glass_break: glassBreak,
  coin,
  camera_click: cameraClick,
  typewriter,
  telephone,
  whoosh,
  church_bell: churchBell,
  small_bell: smallBell,
  clock_strike: clockStrike,
  heartbeat,
  owl_hoot: owlHoot,
  cuckoo,
  water_drop: waterDrop,
  splash,
  match_strike: matchStrike,
  gunshot,
  applause,
  train_whistle: trainWhistle,
  ship_horn: shipHorn,
  rain,
  heavy_rain: heavyRain,
  wind,
  fire,
  sea,
  forest,
  crickets,
  crowd_murmur: crowdMurmur,
  clock_ticking: clockTicking,
  train_ride: trainRide,
  stream,
  room_tone: roomTone,
  heartbeat_slow: heartbeatSlow,
} as const satisfies Record<string, Recipe>;

export type RecipeName = keyof typeof RECIPES;
