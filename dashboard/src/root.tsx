import { component$, useServerData } from '@builder.io/qwik';
import { QwikCityProvider, RouterOutlet } from '@builder.io/qwik-city';
import { DocumentHead } from '~/components/shell/document-head';
import './global.css';

export default component$(() => {
  const nonce = useServerData<string>('nonce');
  return (
    <QwikCityProvider>
      <head>
        <DocumentHead nonce={nonce} />
      </head>
      <body>
        <RouterOutlet />
      </body>
    </QwikCityProvider>
  );
});
