/* Drawn over a chart: breaks as dashed lines, a diamond where a statement was revised, a triangle where one contradicts. */

const SIZE = 5;

function breakLine(plot, x, colours) {
  const { ctx, bbox } = plot;
  ctx.strokeStyle = colours.warn;
  ctx.setLineDash([4, 4]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.fillStyle = colours.warn;
  ctx.textAlign = x > bbox.left + bbox.width / 2 ? "right" : "left";
  ctx.fillText("break", x + (ctx.textAlign === "left" ? 4 : -4), bbox.top + 10 * devicePixelRatio);
}

function shape(ctx, corners) {
  ctx.beginPath();
  corners.forEach(([x, y], at) => (at ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
  ctx.closePath();
  ctx.fill();
  ctx.stroke();
}

function signs(plot, x, y, point, colours) {
  const { ctx } = plot;
  const size = SIZE * devicePixelRatio;
  ctx.strokeStyle = colours.sheet;
  if (point.revisions) {
    ctx.fillStyle = colours.ink;
    shape(ctx, [[x, y - size], [x + size, y], [x, y + size], [x - size, y]]);
  }
  if (point.conflicts) {
    ctx.fillStyle = colours.warn;
    const top = y - 3.4 * size;
    shape(ctx, [[x, top], [x + size, top + 1.8 * size], [x - size, top + 1.8 * size]]);
  }
}

/* A hook for uPlot: marks of `points`, at the values of the chart's first line. */
export function marks(points, colours) {
  return (plot) => {
    const { ctx } = plot;
    ctx.save();
    ctx.lineWidth = devicePixelRatio;
    ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
    points.forEach((point, at) => {
      const x = plot.valToPos(plot.data[0][at], "x", true);
      const value = plot.data[1][at];
      if (point.broken !== null) breakLine(plot, x, colours);
      if (value !== null) signs(plot, x, plot.valToPos(value, "y", true), point, colours);
    });
    ctx.restore();
  };
}

/* Where lines are not drawn, in pixels: from the period before a break to the one in which it is. */
export function breakGaps(plot, points) {
  const place = (at) => plot.valToPos(plot.data[0][at], "x", true);
  return points.flatMap((point, at) => (point.broken !== null && at > 0 ? [[place(at - 1) + 1, place(at) - 1]] : []));
}
