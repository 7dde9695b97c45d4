/** Demonstrations: each question with its picture, what every method picked for it, and what came of it. */
import type { ReactNode } from 'react'
import type { DemonstrationsPage as DemonstrationsPageData } from '../../../src/ui-server/api.ts'
import { RateText } from '../parts/rate.tsx'
import { Waiting } from '../parts/states.tsx'
import { Table } from '../parts/table.tsx'
import { useJson } from '../requests.ts'
import { useWords } from '../words/index.ts'

export function DemonstrationsPage({ name }: { readonly name: string }): ReactNode {
  const { demonstrations: words } = useWords()
  const { loaded, reload } = useJson<DemonstrationsPageData>(`/api/runs/${encodeURIComponent(name)}/demonstrations`)
  return (
    <>
      <h2>{words.title}</h2>
      <Waiting loaded={loaded} reload={reload}>
        {(page) => (page.isKnown ? <Demonstrations page={page} /> : <p className="empty">{words.none}</p>)}
      </Waiting>
    </>
  )
}

function Demonstrations({ page }: { readonly page: Extract<DemonstrationsPageData, { isKnown: true }> }): ReactNode {
  const { demonstrations: words } = useWords()
  return (
    <>
      <p className="note">{words.method(page.method)}</p>
      <h3>{words.accuracy}</h3>
      <Table
        label={words.accuracy}
        columns={[
          { title: words.method('').replace(/[:：]\s*$/, '') },
          { title: words.shots, isNumber: true },
          { title: words.accuracy },
        ]}
        rows={page.cells
          .filter(({ segment }) => segment.kind === 'prefix')
          .map((cell, i) => ({
            key: `${cell.method} ${cell.shots} ${i}`,
            cells: [
              cell.method,
              cell.shots,
              <RateText
                key="accuracy"
                rate={cell.accuracy === null ? undefined : { ...cell.accuracy, n: cell.accuracy.trials }}
              />,
            ],
          }))}
      />
      <h3>{words.questions}</h3>
      <div className="questions-list">
        {page.gallery.map(({ asked, picks }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: questions keep their places
          <article key={i} className="member">
            <div className="gallery">
              <Item item={asked} title={words.asked} />
            </div>
            {picks.map(({ method, demonstrations, prediction, score }) => (
              <div key={method}>
                <h4>
                  {method} {prediction !== null && <span className="muted">{words.predicted(prediction)}</span>}{' '}
                  {score !== null && <b>{score.toFixed(1)}</b>}
                </h4>
                <div className="gallery">
                  {demonstrations.map((item, j) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: picks keep their places
                    <Item key={j} item={item} title="" />
                  ))}
                </div>
              </div>
            ))}
          </article>
        ))}
      </div>
    </>
  )
}

type GalleryItem = Extract<DemonstrationsPageData, { isKnown: true }>['gallery'][number]['asked']

function Item({ item, title }: { readonly item: GalleryItem; readonly title: string }): ReactNode {
  const { demonstrations: words } = useWords()
  return (
    <figure className="gallery-item">
      {/* Pictures are data in the report: an address elsewhere is not followed. */}
      {item.image?.startsWith('data:image/') === true ? (
        <img src={item.image} alt={item.question} />
      ) : (
        <div className="no-picture">{words.noPicture}</div>
      )}
      <figcaption>
        {title !== '' && <b>{title}: </b>}
        {item.question}
        <br />
        <span className="muted">{words.answer(item.answer)}</span>
      </figcaption>
    </figure>
  )
}
