import { parentPort, workerData } from 'node:worker_threads';
import SqliteDatabase from 'better-sqlite3';

// JavaScript, because for TypeScript Node would load its own reader of it into this thread.

/** Longest wait for transactions that read the log. Those that write wait meanwhile. Unit: ms. */
const BUSY_TIMEOUT_MS = 100;

const database = new SqliteDatabase(workerData, { fileMustExist: true, timeout: BUSY_TIMEOUT_MS });

parentPort?.on('message', (message) => {
  if (message === 'close') {
    database.close();
    parentPort?.close();
    return;
  }
  try {
    database.pragma('wal_checkpoint(PASSIVE)');
    // Writes wait for this one, which has next to nothing left to write.
    if (message === 'restart') database.pragma('wal_checkpoint(RESTART)');
    parentPort?.postMessage('done');
  } catch (error) {
    // The log keeps what is not in the file, and the next checkpoint tries again. A copy of an error has no code.
    parentPort?.postMessage({ message: error.message, code: error.code });
  }
});
