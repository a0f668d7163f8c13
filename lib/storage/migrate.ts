import { existsSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { backup } from 'node:sqlite';
import { AppError } from '#lib/base/errors.ts';
import type { SqliteConnection } from './sqlite.ts';
import type { Migration } from './migrations/index.ts';

/**
 * Applies what is missing, each migration in a transaction of its own with its number in `user_version`, so that a killed
 * process continues where it stopped. An existing database is copied first; only the newest such copy is kept for each version.
 *
 * @throws AppError `storage.newer` when the file knows a version that this program does not.
 */
export async function migrate(
  connection: SqliteConnection,
  file: string,
  migrations: readonly Migration[],
  applicationId: number,
): Promise<void> {
  const latest = migrations.at(-1)?.version ?? 0;
  const version = userVersion(connection);
  if (version > latest) {
    throw new AppError(
      'storage.newer',
      `${path.basename(file)} was written by a newer Talk2Me (format ${version}, this program knows ${latest}). ` +
        'Update Talk2Me, or restore a backup made by this version.',
    );
  }
  if (version === latest) return;
  if (version > 0) await copyBeside(connection, file, version);
  for (const migration of migrations) apply(connection, migration, applicationId);
}

function apply(connection: SqliteConnection, migration: Migration, applicationId: number): void {
  connection.exec('BEGIN IMMEDIATE');
  try {
    // Asked again under the lock: another process may have migrated meanwhile.
    if (userVersion(connection) < migration.version) {
      connection.exec(migration.sql);
      connection.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${migration.version};`);
    }
    connection.exec('COMMIT');
  } catch (error) {
    if (connection.sqlite.isTransaction) connection.exec('ROLLBACK');
    throw error;
  }
}

/** Under another name until it is whole, so that a copy cut short is never taken for a backup. */
async function copyBeside(connection: SqliteConnection, file: string, version: number): Promise<void> {
  const target = `${file}.v${version}.backup`;
  const partial = `${target}.partial`;
  if (existsSync(partial)) rmSync(partial);
  await backup(connection.sqlite, partial);
  renameSync(partial, target);
}

function userVersion(connection: SqliteConnection): number {
  return connection.get<{ user_version: number }>('pragma user_version')?.user_version ?? 0;
}
