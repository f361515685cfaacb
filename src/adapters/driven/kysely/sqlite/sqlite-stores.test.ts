import { openSqliteStores } from '../../../../../test/contracts/open-stores.ts';
import { storeContracts } from '../../../../../test/contracts/store-contracts.ts';

storeContracts('SQLite', openSqliteStores);
