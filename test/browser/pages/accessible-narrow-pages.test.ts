/** Every page, narrow and dark (contrast has a test of its own): what `accessible.ts` asks of it. */
import { describeAccessible } from './accessible';

describeAccessible({ width: 390, colorScheme: 'dark' });
