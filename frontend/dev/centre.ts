/** A page for looking at the centre, the inspector and the formula bar without a server; never built. */
import '@fontsource-variable/inter/opsz.css'
import '../src/styles/tokens.css'
import '../src/styles/base.css'
import { mount } from 'svelte'
import Centre from './Centre.svelte'

const target = document.getElementById('app')
if (target !== null) mount(Centre, { target })
