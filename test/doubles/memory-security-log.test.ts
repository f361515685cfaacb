import { securityLogContract } from '../contracts/security-log.contract.ts';
import { MemorySecurityLog } from './memory-security-log.ts';

securityLogContract('memory', () => {
  const log = new MemorySecurityLog();
  return { log, recorded: () => log.events };
});
