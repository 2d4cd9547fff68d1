// Rounded boxes by their distance function: gradient, border, dashes, soft edge. One draw call for all of them.
#import bevy_sprite::mesh2d_functions as mesh

struct Vertex {
    @builtin(instance_index) instance_index: u32,
    @location(0) position: vec3<f32>,
    @location(1) local: vec2<f32>,
    @location(2) half_size: vec2<f32>,
    // radius, border width, dash length, blur (below 0: the ground)
    @location(3) form: vec4<f32>,
    @location(4) top: vec4<f32>,
    @location(5) bottom: vec4<f32>,
    @location(6) border: vec4<f32>,
};

struct Varying {
    @builtin(position) clip: vec4<f32>,
    @location(0) local: vec2<f32>,
    @location(1) @interpolate(flat) half_size: vec2<f32>,
    @location(2) @interpolate(flat) form: vec4<f32>,
    @location(3) @interpolate(flat) top: vec4<f32>,
    @location(4) @interpolate(flat) bottom: vec4<f32>,
    @location(5) @interpolate(flat) border: vec4<f32>,
};

@vertex
fn vertex(in: Vertex) -> Varying {
    var out: Varying;
    let world_from_local = mesh::get_world_from_local(in.instance_index);
    out.clip = mesh::mesh2d_position_local_to_clip(world_from_local, vec4<f32>(in.position, 1.0));
    out.local = in.local;
    out.half_size = in.half_size;
    out.form = in.form;
    out.top = in.top;
    out.bottom = in.bottom;
    out.border = in.border;
    return out;
}

fn rounded_box(at: vec2<f32>, half_size: vec2<f32>, radius: f32) -> f32 {
    let q = abs(at) - half_size + radius;
    return length(max(q, vec2<f32>(0.0))) + min(max(q.x, q.y), 0.0) - radius;
}

// How far `at` is along the outline, from the middle of the nearest side.
fn along(at: vec2<f32>, half_size: vec2<f32>, radius: f32) -> f32 {
    let q = abs(at) - half_size + radius;
    let side = half_size.y - radius;
    if q.x > 0.0 && q.y > 0.0 {
        return side + atan2(q.y, q.x) * radius;
    }
    if q.y > q.x {
        return side + 1.5708 * radius + (half_size.x - radius - abs(at.x));
    }
    return abs(at.y);
}

fn noise(at: vec2<f32>) -> f32 {
    return fract(52.9829189 * fract(dot(at, vec2<f32>(0.06711056, 0.00583715)))) - 0.5;
}

// The abyss: a wide glow behind the middle, and a grid of dots that shows how far one has moved.
fn ground(in: Varying) -> vec4<f32> {
    // Half a glow's width and height, in units of the world.
    let far = length(in.local / vec2<f32>(760.0, 480.0));
    var color = mix(in.bottom.rgb, in.top.rgb, smoothstep(0.0, 1.0, far));
    let cell = (fract(in.local / 32.0 + 0.5) - 0.5) * 32.0;
    let pixel = max(fwidth(in.local.x), 0.0001);
    let speck = clamp(0.5 - (length(cell) - 1.1) / max(pixel, 0.6), 0.0, 1.0);
    color = mix(color, in.border.rgb, speck * in.border.a * (1.0 - smoothstep(0.5, 1.9, far)));
    // Half a step of noise, so that the glow shows no bands.
    color += noise(in.clip.xy) * (0.0006 + 0.004 * color.g);
    return vec4<f32>(color, 1.0);
}

@fragment
fn fragment(in: Varying) -> @location(0) vec4<f32> {
    let blur = in.form.w;
    // Derivatives must be taken before any branch.
    let distance = rounded_box(in.local, in.half_size, in.form.x);
    let pixel = max(length(vec2<f32>(dpdx(distance), dpdy(distance))), 0.0001);
    let way = along(in.local, in.half_size, in.form.x);
    if blur < 0.0 {
        return ground(in);
    }
    if blur > 0.0 {
        let inside = 1.0 - smoothstep(-blur, blur, distance);
        return vec4<f32>(in.top.rgb, in.top.a * inside);
    }
    let cover = clamp(0.5 - distance / pixel, 0.0, 1.0);
    let inner = clamp(0.5 - (distance + in.form.y) / pixel, 0.0, 1.0);
    let share = clamp(in.local.y / (2.0 * in.half_size.y) + 0.5, 0.0, 1.0);
    let fill = mix(in.top, in.bottom, share);
    var line = max(cover - inner, 0.0) * in.border.a;
    if in.form.z > 0.0 {
        let dash = in.form.z;
        let beat = abs(fract(way / (2.0 * dash)) - 0.5) * 2.0 * dash - 0.5 * dash;
        line *= clamp(0.5 + beat / pixel, 0.0, 1.0);
    }
    let under = fill.a * cover;
    let alpha = line + under * (1.0 - line);
    let color = (in.border.rgb * line + fill.rgb * under * (1.0 - line)) / max(alpha, 0.0001);
    return vec4<f32>(color, alpha);
}
