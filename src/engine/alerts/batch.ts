// What one batch of alerts has in common: what it read, and what it says at its end.
import type { Tables } from '../../store/tables.ts';
import type { Engine } from '../engine.ts';
import { endStorm } from '../storm.ts';
import { endRooms, newRooms } from './room-posts.ts';
import type { Configured, Setup } from './setup.ts';

export function beginBatch(configured: Configured): Setup {
  return { ...configured, storm: new Map(), rooms: newRooms() };
}

export async function endBatch(tx: Tables, { storm, rooms }: Setup, engine: Engine): Promise<void> {
  await endStorm(tx, storm, engine);
  await endRooms(tx, rooms, engine);
}
