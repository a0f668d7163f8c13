'use client';

import { useState } from 'react';
import { Dialog } from '../dialog.tsx';
import { keysInForce, setSingleKeys, singleKeysAreOn } from './keys.ts';

const NAMES: Record<string, string> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  Delete: 'Del',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
};

/** Every key that does something here and now. */
export function KeySheet({ onClose }: { onClose: () => void }) {
  const [bindings] = useState(keysInForce);
  const [single, setSingle] = useState(singleKeysAreOn);
  const listed = bindings.filter(({ binding }) => binding.label !== undefined);
  const groups = [...new Set(listed.map(({ binding }) => binding.group ?? 'Here'))];
  return (
    <Dialog label="Keys" className="key-sheet" onClose={onClose}>
      <h2>Keys</h2>
      {groups.map(group => (
        <section key={group}>
          <h3>{group}</h3>
          <dl>
            {listed
              .filter(({ binding }) => (binding.group ?? 'Here') === group)
              .map(({ chord, binding }) => (
                <div key={chord}>
                  <dt>
                    {chord.split(' ').map(key => (
                      <kbd key={key}>{NAMES[key] ?? key}</kbd>
                    ))}
                  </dt>
                  <dd>{binding.label}</dd>
                </div>
              ))}
          </dl>
        </section>
      ))}
      <label className="check">
        <input
          type="checkbox"
          checked={single}
          onChange={event => {
            setSingle(event.target.checked);
            setSingleKeys(event.target.checked);
          }}
        />
        Keys that are a single letter
      </label>
      <button onClick={onClose}>Close</button>
    </Dialog>
  );
}
