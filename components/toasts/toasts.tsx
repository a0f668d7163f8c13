'use client';

import { Check, CircleAlert, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useStore } from '../store.ts';
import { dismissToast, TOAST_MS, toasts, type Toast } from './toast-store.ts';
import './toasts.css';

/** What was just done, with the way back. */
export function Toasts() {
  const list = useStore(toasts, value => value);
  return (
    <div className="toasts" role="region" aria-label="Messages">
      {list.map(toast => (
        <ToastLine key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function ToastLine({ toast }: { toast: Toast }) {
  const [held, setHeld] = useState(false);
  const passing = toast.tone === 'done' && !held;
  useEffect(() => {
    if (!passing) return undefined;
    const timer = setTimeout(() => dismissToast(toast.id), TOAST_MS);
    return () => clearTimeout(timer);
  }, [passing, toast.id]);
  const { action } = toast;
  return (
    <div
      className={`toast ${toast.tone}`}
      role={toast.tone === 'error' ? 'alert' : 'status'}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      {toast.tone === 'error' ? <CircleAlert size={16} aria-hidden /> : <Check size={16} aria-hidden />}
      <span>{toast.text}</span>
      {action !== undefined && (
        <button
          onClick={() => {
            dismissToast(toast.id);
            void action.run();
          }}
        >
          {action.label}
        </button>
      )}
      <button className="quiet icon-button" aria-label="Close message" onClick={() => dismissToast(toast.id)}>
        <X size={16} aria-hidden />
      </button>
    </div>
  );
}
