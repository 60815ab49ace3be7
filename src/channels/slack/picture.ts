// A chart as a PNG. The font comes with us: without one the text would vanish, and a server has none of its own.
import { createRequire } from 'node:module';
import { type Chart, chartSvg } from '../../domain/chart.ts';

const FONT = '@expo-google-fonts/dm-mono';
const WEIGHTS = ['400Regular/DMMono_400Regular.ttf', '500Medium/DMMono_500Medium.ttf'];

/** Errors: a package is missing, or the picture cannot be drawn. */
export async function pictureOf(chart: Chart): Promise<Uint8Array> {
  const { Resvg } = await import('@resvg/resvg-js');
  const { resolve } = createRequire(import.meta.url);
  const drawn = new Resvg(chartSvg(chart), {
    font: {
      fontFiles: WEIGHTS.map((file) => resolve(`${FONT}/${file}`)),
      loadSystemFonts: false,
      defaultFontFamily: 'DM Mono',
    },
  });
  return drawn.render().asPng();
}
