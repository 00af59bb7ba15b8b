// Beads in WebGL2: a box a straight move, one buffer a section, drawn once for every layer that has it.

const FLOATS = 6; // x0 y0 x1 y1 width kind

const VERTEX = `#version 300 es
layout(location = 0) in vec4 ends;
layout(location = 1) in vec2 look;
uniform mat4 camera;
uniform float bottom, height;
out vec3 normal;
out float up;
flat out float kind;
const vec3 CORNERS[36] = vec3[36](
  vec3(0,0,1),vec3(1,0,1),vec3(1,1,1), vec3(0,0,1),vec3(1,1,1),vec3(0,1,1),
  vec3(0,0,0),vec3(1,1,0),vec3(1,0,0), vec3(0,0,0),vec3(0,1,0),vec3(1,1,0),
  vec3(0,0,0),vec3(1,0,0),vec3(1,0,1), vec3(0,0,0),vec3(1,0,1),vec3(0,0,1),
  vec3(1,1,0),vec3(0,1,0),vec3(0,1,1), vec3(1,1,0),vec3(0,1,1),vec3(1,1,1),
  vec3(0,1,0),vec3(0,0,0),vec3(0,0,1), vec3(0,1,0),vec3(0,0,1),vec3(0,1,1),
  vec3(1,0,0),vec3(1,1,0),vec3(1,1,1), vec3(1,0,0),vec3(1,1,1),vec3(1,0,1));
const vec3 FACES[6] = vec3[6](vec3(0,0,1),vec3(0,0,-1),vec3(0,-1,0),vec3(0,1,0),vec3(-1,0,0),vec3(1,0,0));
void main() {
  vec2 along = ends.zw - ends.xy;
  float size = max(length(along), 1e-5);
  along /= size;
  vec2 across = vec2(-along.y, along.x);
  vec3 c = CORNERS[gl_VertexID];
  vec3 face = FACES[gl_VertexID / 6];
  // A bead reaches a little beyond its ends, as a round strand does.
  // Upwards it narrows, and it stands over the layer below, whose top would shine through the joint otherwise.
  float width = look.x * (1. - .05 * c.z);
  vec2 place = ends.xy + along * (c.x * size + (c.x * 2. - 1.) * width * .45) + across * (c.y - .5) * width;
  float lift = c.z * 1.12 - .12;
  gl_Position = camera * vec4(place, bottom + lift * height, 1.);
  normal = vec3(along * face.x + across * face.y, face.z);
  up = abs(face.z) > .5 ? .5 : lift;
  kind = look.y;
}`;

const FRAGMENT = `#version 300 es
precision mediump float;
in vec3 normal;
in float up;
flat in float kind;
uniform vec3 contour, infill, layerColour;
uniform float byAge, shade;
out vec4 colour;
void main() {
  vec3 base = mix(kind > 1.5 ? infill : contour, layerColour, byAge);
  float light = .66 + .3 * max(normal.z, 0.) + .2 * dot(normal, normalize(vec3(.45, -.85, .2)));
  // The joint between layers is a dark groove; it fades where layers are too thin on the screen to tell.
  float groove = smoothstep(.34, .5, abs(up - .5)) * .34 * clamp(1.6 - 5. * fwidth(up), 0., 1.);
  colour = vec4(base * light * shade * (1. - groove), 1.);
}`;

/** Draws beads on a canvas; null where the browser has no WebGL2. */
export function beadRenderer(canvas) {
  const gl = canvas.getContext("webgl2", { antialias: false, alpha: true });
  if (!gl) return null;
  const program = linked(gl);
  const at = Object.fromEntries(
    ["camera", "bottom", "height", "contour", "infill", "layerColour", "byAge", "shade"].map((n) => [n, gl.getUniformLocation(program, n)]),
  );
  let sections = [];
  gl.enable(gl.DEPTH_TEST);
  gl.enable(gl.CULL_FACE);

  return {
    load(flat) {
      for (const old of sections) {
        gl.deleteBuffer(old.buffer);
        gl.deleteVertexArray(old.array);
      }
      sections = flat.map((data) => uploaded(gl, data));
    },
    /** `layers`: {section, z, part (0 to 1 of it laid), colour}; `look`: camera, height, contour, infill, byAge. */
    draw(layers, look) {
      const ratio = Math.max(2, Math.min(devicePixelRatio || 1, 3)); // drawn finer than shown: cleaner than multisampling here
      const [w, hh] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)];
      if (canvas.width !== w || canvas.height !== hh) [canvas.width, canvas.height] = [w, hh];
      gl.viewport(0, 0, w, hh);
      gl.clearColor(0, 0, 0, 0);
      gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
      gl.useProgram(program);
      gl.uniformMatrix4fv(at.camera, false, look.camera);
      gl.uniform1f(at.height, look.height);
      gl.uniform3fv(at.contour, look.contour);
      gl.uniform3fv(at.infill, look.infill);
      gl.uniform1f(at.byAge, look.byAge ? 1 : 0);
      let drawn = 0;
      layers.forEach((layer, k) => {
        const section = sections[layer.section];
        const count = Math.round((section?.count ?? 0) * layer.part);
        if (!count) return;
        gl.uniform1f(at.bottom, layer.z);
        gl.uniform3fv(at.layerColour, layer.colour ?? look.contour);
        gl.uniform1f(at.shade, 0.93 + 0.1 * ((k * 0.618034) % 1)); // no two layers come out of a pump alike
        gl.bindVertexArray(section.array);
        gl.drawArraysInstanced(gl.TRIANGLES, 0, 36, count);
        drawn += count;
      });
      gl.bindVertexArray(null);
      return drawn;
    },
  };
}

function uploaded(gl, data) {
  const array = gl.createVertexArray();
  const buffer = gl.createBuffer();
  gl.bindVertexArray(array);
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  gl.bufferData(gl.ARRAY_BUFFER, data, gl.STATIC_DRAW);
  for (const [place, size, offset] of [[0, 4, 0], [1, 2, 16]]) {
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, size, gl.FLOAT, false, FLOATS * 4, offset);
    gl.vertexAttribDivisor(place, 1);
  }
  gl.bindVertexArray(null);
  return { array, buffer, count: data.length / FLOATS };
}

function linked(gl) {
  const program = gl.createProgram();
  for (const [type, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
    const shader = gl.createShader(type);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) throw new Error(gl.getShaderInfoLog(shader));
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program));
  return program;
}

/** The moves of a section as the floats of its buffer: ends flat, kind and width of each move. */
export function floatsOf({ start, end, kind, width_m }) {
  const rows = new Float32Array(kind.length * FLOATS);
  kind.forEach((k, n) => rows.set([start[2 * n], start[2 * n + 1], end[2 * n], end[2 * n + 1], width_m[n], k], n * FLOATS));
  return rows;
}

/** View from a distance round a middle: turn and tilt in radians. Column-major, as WebGL wants it. */
export function cameraOf({ turn, tilt, distance, middle, reach, aspect }) {
  const [ct, st, ci, si] = [Math.cos(turn), Math.sin(turn), Math.cos(tilt), Math.sin(tilt)];
  const right = [ct, st, 0];
  const up = [-st * si, ct * si, ci];
  const back = [st * ci, -ct * ci, si];
  const eye = middle.map((m, k) => m + back[k] * distance);
  const f = 1 / Math.tan(0.35);
  const [near, far] = [Math.max(distance - reach, reach * 0.03), distance + reach]; // as close as can be: depth is coarse
  const depth = [(far + near) / (near - far), (2 * far * near) / (near - far)];
  const dot = (a) => -(a[0] * eye[0] + a[1] * eye[1] + a[2] * eye[2]);
  const [x, y, z] = [dot(right), dot(up), dot(back)];
  const fx = f / Math.max(aspect, 0.1);
  const column = (r, u, b, isLast) => [fx * r, f * u, depth[0] * b + (isLast ? depth[1] : 0), -b];
  return new Float32Array([
    ...column(right[0], up[0], back[0]), ...column(right[1], up[1], back[1]),
    ...column(right[2], up[2], back[2]), ...column(x, y, z, true),
  ]);
}
