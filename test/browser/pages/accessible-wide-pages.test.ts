/** Every page, wide and light (contrast has a test of its own): what `accessible.ts` asks of it. */
import { describeAccessible } from './accessible';

describeAccessible({ width: 1440, colorScheme: 'light' });
