//! The mesh and the material that draw [`Quad`]s: all still ones in one call, all moving ones in another.

use bevy::asset::{RenderAssetUsages, load_internal_asset, uuid_handle};
use bevy::mesh::{Indices, MeshVertexAttribute, MeshVertexBufferLayoutRef, PrimitiveTopology, VertexFormat};
use bevy::prelude::*;
use bevy::render::render_resource::{AsBindGroup, RenderPipelineDescriptor, SpecializedMeshPipelineError};
use bevy::shader::ShaderRef;
use bevy::sprite_render::{AlphaMode2d, Material2d, Material2dKey, Material2dPlugin};
use bevy_egui::egui::{self, Color32};

use crate::view::scene::paint::Quad;
use crate::view::theme::Palette;

const SHADER: Handle<Shader> = uuid_handle!("0d4bd6b2-5f0c-4c86-9a9c-6a2f4f9d1c7e");

const LOCAL: MeshVertexAttribute = MeshVertexAttribute::new("Quad_Local", 0x5143_0001, VertexFormat::Float32x2);
const HALF: MeshVertexAttribute = MeshVertexAttribute::new("Quad_Half", 0x5143_0002, VertexFormat::Float32x2);
const FORM: MeshVertexAttribute = MeshVertexAttribute::new("Quad_Form", 0x5143_0003, VertexFormat::Float32x4);
const TOP: MeshVertexAttribute = MeshVertexAttribute::new("Quad_Top", 0x5143_0004, VertexFormat::Float32x4);
const BOTTOM: MeshVertexAttribute = MeshVertexAttribute::new("Quad_Bottom", 0x5143_0005, VertexFormat::Float32x4);
const BORDER: MeshVertexAttribute = MeshVertexAttribute::new("Quad_Border", 0x5143_0006, VertexFormat::Float32x4);

/// The material has no data of its own: every vertex carries its box.
#[derive(Asset, TypePath, AsBindGroup, Clone, Default)]
pub(super) struct QuadMaterial {}

impl Material2d for QuadMaterial {
    fn vertex_shader() -> ShaderRef {
        SHADER.into()
    }

    fn fragment_shader() -> ShaderRef {
        SHADER.into()
    }

    fn alpha_mode(&self) -> AlphaMode2d {
        AlphaMode2d::Blend
    }

    fn specialize(
        descriptor: &mut RenderPipelineDescriptor,
        layout: &MeshVertexBufferLayoutRef,
        _key: Material2dKey<Self>,
    ) -> Result<(), SpecializedMeshPipelineError> {
        descriptor.vertex.buffers = vec![layout.0.get_layout(&[
            Mesh::ATTRIBUTE_POSITION.at_shader_location(0),
            LOCAL.at_shader_location(1),
            HALF.at_shader_location(2),
            FORM.at_shader_location(3),
            TOP.at_shader_location(4),
            BOTTOM.at_shader_location(5),
            BORDER.at_shader_location(6),
        ])?];
        Ok(())
    }
}

pub(super) fn plugin(app: &mut App) {
    // Only where there is an asset server: tests of the logic run without one.
    if app.world().contains_resource::<AssetServer>() {
        load_internal_asset!(app, SHADER, "shapes.wgsl", Shader::from_wgsl);
        app.add_plugins(Material2dPlugin::<QuadMaterial>::default());
    }
}

/// A colour of the theme as the GPU wants it: linear, not premultiplied.
pub(super) fn linear(color: Color32) -> [f32; 4] {
    let [r, g, b, a] = color.to_srgba_unmultiplied();
    LinearRgba::from(Srgba::rgba_u8(r, g, b, a)).to_f32_array()
}

/// One row per vertex and attribute.
#[derive(Default)]
struct Rows {
    position: Vec<[f32; 3]>,
    local: Vec<[f32; 2]>,
    half: Vec<[f32; 2]>,
    form: Vec<[f32; 4]>,
    top: Vec<[f32; 4]>,
    bottom: Vec<[f32; 4]>,
    border: Vec<[f32; 4]>,
    indices: Vec<u32>,
}

impl Rows {
    fn push(&mut self, quad: &Quad, blur: f32) {
        let base = self.position.len() as u32;
        // Room for the soft edge, or for half a pixel of antialiasing at the smallest zoom.
        let room = egui::Vec2::splat(blur.max(0.0) + 3.0);
        let reach = quad.half + room;
        let (sin, cos) = quad.angle.sin_cos();
        for (x, y) in [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)] {
            let local = egui::vec2(x * reach.x, y * reach.y);
            let turned = egui::vec2(local.x * cos - local.y * sin, local.x * sin + local.y * cos);
            let at = quad.center + turned;
            // The scene's y points down, bevy's up.
            self.position.push([at.x, -at.y, 0.0]);
            self.local.push([local.x, local.y]);
            self.half.push([quad.half.x, quad.half.y]);
            self.form.push([quad.radius.min(quad.half.min_elem()), quad.border_width, quad.dash, blur]);
            self.top.push(linear(quad.fill[0]));
            self.bottom.push(linear(quad.fill[1]));
            self.border.push(linear(quad.border));
        }
        self.indices.extend([0, 2, 1, 0, 3, 2].map(|corner| base + corner));
    }

    fn mesh(self) -> Mesh {
        Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::RENDER_WORLD)
            .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, self.position)
            .with_inserted_attribute(LOCAL, self.local)
            .with_inserted_attribute(HALF, self.half)
            .with_inserted_attribute(FORM, self.form)
            .with_inserted_attribute(TOP, self.top)
            .with_inserted_attribute(BOTTOM, self.bottom)
            .with_inserted_attribute(BORDER, self.border)
            .with_inserted_indices(Indices::U32(self.indices))
    }
}

/// The quads as one mesh, in painting order. An empty list gives a mesh of one box that shows nothing.
pub(super) fn mesh(quads: &[Quad]) -> Mesh {
    let mut rows = Rows::default();
    for quad in quads {
        rows.push(quad, quad.blur);
    }
    if quads.is_empty() {
        rows.push(&Quad::filled(egui::Rect::ZERO, 0.0, Color32::TRANSPARENT), 0.0);
    }
    rows.mesh()
}

/// The ground behind the scene, around `center`.
pub(super) fn ground(center: egui::Pos2, palette: &Palette) -> Mesh {
    let rect = egui::Rect::from_center_size(center, egui::Vec2::splat(8000.0));
    let glow = if palette.dark {
        crate::view::theme::mix(palette.abyss, palette.hover, 0.62)
    } else {
        crate::view::theme::mix(palette.abyss, palette.panel, 0.8)
    };
    let specks = palette.mute.gamma_multiply(if palette.dark { 0.17 } else { 0.30 });
    let quad = Quad { fill: [palette.abyss, glow], border: specks, ..Quad::filled(rect, 0.0, palette.abyss) };
    let mut rows = Rows::default();
    rows.push(&quad, -1.0);
    rows.mesh()
}
