import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { stripVTControlCharacters } from 'node:util'

const TAIL_LINES = 12

/** A command that ended badly, with the end of what it said and the file that holds all of it. */
export class CommandFailed extends Error {
  /** @param {string} command @param {string} outcome @param {string} log @param {string[]} tail */
  constructor(command, outcome, log, tail) {
    super(`${command} ${outcome}`)
    this.log = log
    this.tail = tail
  }
}

/**
 * Runs a command with its output in a log file, so that the terminal shows steps and not noise.
 * @param {string} command
 * @param {string[]} args
 * @param {{ log: string, cwd?: string, env?: NodeJS.ProcessEnv, onLine?: (line: string) => void }} options
 * @returns {Promise<void>}
 * @throws {CommandFailed}
 */
export async function runLogged(command, args, { log, cwd, env, onLine }) {
  mkdirSync(dirname(log), { recursive: true })
  const file = openSync(log, 'a')
  writeSync(file, `\n$ ${[command, ...args].join(' ')}\n`)
  /** @type {string[]} */
  const tail = []
  try {
    const child = spawn(command, args, {
      ...(cwd ? { cwd } : {}),
      env: env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    /** @param {string} said */
    const take = (said) => {
      // Some tools colour whatever they write to.
      const line = stripVTControlCharacters(said)
      writeSync(file, `${line}\n`)
      tail.push(line)
      if (tail.length > TAIL_LINES) tail.shift()
      onLine?.(line)
    }
    createInterface({ input: child.stdout }).on('line', take)
    createInterface({ input: child.stderr }).on('line', take)
    const outcome = await outcomeOf(child)
    if (outcome) throw new CommandFailed(command, outcome, log, tail)
  } finally {
    closeSync(file)
  }
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<string | undefined>} undefined when it went well
 */
function outcomeOf(child) {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`could not start: ${error.message}`))
    child.once('close', (code, signal) => {
      if (code === 0) return resolve(undefined)
      resolve(signal ? `was ended by ${signal}` : `failed with code ${code}`)
    })
  })
}
