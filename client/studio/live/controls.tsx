import { Button, IconButton } from '../../kit/ui/button.tsx'
import { prompterWords } from '../prompter/words.ts'
import { studioWords } from '../words.ts'
import { useStudio } from './context.ts'
import './controls.css'
import { LevelMeter } from './level-meter.tsx'

/** The bar under the picture: what is sent, and whether. */
export function Controls() {
  const t = studioWords.value
  const { stage } = useStudio()
  if (stage.phase.value.at === 'beside') return <BesideEncoder />
  return (
    <div class="controls" role="toolbar" aria-label={t.controls}>
      <Inputs />
      <OnAirButton />
    </div>
  )
}

/** What an encoder sends is not ours to turn off; the prompter and the show are. */
function BesideEncoder() {
  const { stage, dialog } = useStudio()
  const t = studioWords.value
  return (
    <div class="controls" role="toolbar" aria-label={t.controls}>
      <div class="controls__inputs">{stage.member.value === true && <PrompterButton />}</div>
      <Button look="plain" data-testid="take-over" onClick={stage.takeOver}>
        {t.goLiveHere}
      </Button>
      {stage.member.value === true && (
        <Button look="danger" data-testid="end-show" onClick={() => (dialog.value = 'end')}>
          {t.end}
        </Button>
      )}
    </div>
  )
}

function PrompterButton() {
  const { prompter } = useStudio()
  const prompting = prompter.settings.value.open
  return (
    <IconButton
      class={prompting ? 'controls__active' : undefined}
      icon="script"
      label={prompting ? prompterWords.value.close : prompterWords.value.open}
      data-testid="toggle-prompter"
      onClick={() => prompter.change({ open: !prompting })}
    />
  )
}

function Inputs() {
  const { stage, capture, screen, dialog, shareScreen } = useStudio()
  const { camera, microphone } = capture
  const t = studioWords.value
  const micOn = microphone.on.value
  const cameraOn = camera.on.value
  const sharing = screen.track.value !== null
  return (
    <div class="controls__inputs">
      <span class="controls__mic">
        <IconButton
          class={micOn ? undefined : 'controls__off'}
          icon={micOn ? 'mic' : 'micOff'}
          label={micOn ? t.micOff : t.micOn}
          data-testid="toggle-mic"
          onClick={() => capture.turn('microphone', !micOn)}
        />
        <LevelMeter />
      </span>
      <IconButton
        class={cameraOn ? undefined : 'controls__off'}
        icon={cameraOn ? 'camera' : 'cameraOff'}
        label={cameraOn ? t.cameraOff : t.cameraOn}
        data-testid="toggle-camera"
        onClick={() => capture.turn('camera', !cameraOn)}
      />
      {camera.choices.value.length > 1 && camera.track.value && (
        <IconButton class="controls__flip" icon="flip" label={t.flip} onClick={capture.flip} />
      )}
      {screen.supported && (
        <IconButton
          class={sharing ? 'controls__active' : undefined}
          icon="screen"
          label={sharing ? t.stopScreen : t.shareScreen}
          data-testid="toggle-screen"
          onClick={sharing ? screen.stop : shareScreen}
        />
      )}
      {stage.member.value !== false && <PrompterButton />}
      <IconButton
        icon="sliders"
        label={t.devices}
        data-testid="devices"
        onClick={() => (dialog.value = 'devices')}
      />
    </div>
  )
}

function OnAirButton() {
  const { stage, capture, dialog, people } = useStudio()
  const t = studioWords.value
  const guest = stage.member.value === false
  const others = people.layout.value?.seats.some(({ personId }) => personId !== people.ownId.value) ?? false
  const { at } = stage.phase.value
  if (guest && (at === 'live' || at === 'recovering')) {
    return (
      <Button look="danger" data-testid="leave-stage" onClick={people.leave}>
        {t.leave}
      </Button>
    )
  }
  if (at === 'live' || at === 'recovering') {
    return (
      <Button look="danger" data-testid="end-show" onClick={() => (dialog.value = 'end')}>
        {t.end}
      </Button>
    )
  }
  const begun = stage.show.value?.status === 'live' || stage.show.value?.status === 'paused'
  const nothing = capture.camera.trouble.value !== null && capture.microphone.trouble.value !== null
  return (
    <>
      {begun && at === 'ready' && !guest && (
        <Button look="danger" size="large" data-testid="end-show" onClick={() => (dialog.value = 'end')}>
          {t.end}
        </Button>
      )}
      <Button
        class="controls__go-live"
        look="sell"
        size="large"
        busy={at === 'starting'}
        disabled={at !== 'ready' || nothing}
        data-testid="go-live"
        onClick={stage.goLive}
      >
        {at === 'starting' ? t.starting : guest || others ? t.joinShow : begun ? t.goLiveAgain : t.goLive}
      </Button>
    </>
  )
}
