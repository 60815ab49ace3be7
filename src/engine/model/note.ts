// For `status`, which reads the state and not the daemon: how it stands with the model.
import type { Tables } from '../../store/tables.ts';
import type { Engine } from '../engine.ts';

export async function noteModel(tx: Tables, { assistant }: Pick<Engine, 'assistant'>): Promise<void> {
  const state = assistant?.state() ?? null;
  const note = state && {
    model: state.model,
    restsUntil: state.state === 'resting' ? state.until : null,
    ...(state.trouble ? { trouble: state.trouble } : {}),
  };
  const before = await tx.settings.get('model');
  if (JSON.stringify(before) !== JSON.stringify(note)) await tx.settings.set('model', note);
}
