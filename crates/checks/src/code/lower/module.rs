//! Imports and exports.

use std::sync::Arc;

use oxc_ast::ast::{
    ExportDefaultDeclarationKind, ImportDeclarationSpecifier, ImportOrExportKind, ModuleDeclaration,
    ModuleExportName, TSImportEqualsDeclaration, TSModuleReference,
};
use oxc_span::GetSpan as _;

use super::{Lower, span};
use crate::code::ast::{Stmt, StmtKind};
use crate::code::binding::{Bound, Imported, names};
use crate::code::module::{Export, Exported, Import};

impl Lower {
    pub(super) fn module_declaration(&mut self, module: &ModuleDeclaration<'_>) -> StmtKind {
        match module {
            ModuleDeclaration::ImportDeclaration(import) => {
                self.import(import);
                StmtKind::Other
            }
            ModuleDeclaration::ExportAllDeclaration(export) => {
                let source: Arc<str> = self.word(export.source.value.as_str());
                let what = Exported::From { source: Arc::clone(&source), name: Imported::All };
                let name = export.exported.as_ref().map(text);
                self.add_import(&source, &export.source);
                self.exports.push(Export { name, span: span(export.span), what });
                StmtKind::Other
            }
            ModuleDeclaration::ExportFromDeclaration(export) => {
                let source: Arc<str> = self.word(export.source.value.as_str());
                self.add_import(&source, &export.source);
                for one in &export.specifiers {
                    let name = Imported::Name(text(&one.local));
                    let what = Exported::From { source: Arc::clone(&source), name };
                    self.exports.push(Export { name: Some(text(&one.exported)), span: span(one.span), what });
                }
                StmtKind::Other
            }
            ModuleDeclaration::ExportNamedDeclaration(export) => {
                for one in &export.specifiers {
                    let what = Exported::Local(text(&one.local));
                    self.exports.push(Export { name: Some(text(&one.exported)), span: span(one.span), what });
                }
                StmtKind::Other
            }
            ModuleDeclaration::ExportDeclaration(export) => {
                let kind = self.declaration(&export.declaration);
                let declared: Vec<Arc<str>> = match &kind {
                    StmtKind::Var(all) => {
                        all.iter().flat_map(|one| names(&one.pattern)).map(|(name, ..)| name).collect()
                    }
                    StmtKind::Function(function) => function.name.iter().cloned().collect(),
                    StmtKind::Class(class) => class.name.iter().cloned().collect(),
                    _ => Vec::new(),
                };
                for name in declared {
                    let what = Exported::Local(Arc::clone(&name));
                    self.exports.push(Export { name: Some(name), span: span(export.span), what });
                }
                kind
            }
            ModuleDeclaration::ExportDefaultDeclaration(export) => self.export_default(export),
            ModuleDeclaration::TSExportAssignment(export) => {
                let value = Arc::new(self.expr(&export.expression));
                self.exports.push(Export::default_of(span(export.span), Arc::clone(&value)));
                StmtKind::Block(vec![exported(value)])
            }
            ModuleDeclaration::TSNamespaceExportDeclaration(_) => StmtKind::Other,
        }
    }

    fn export_default(&mut self, export: &oxc_ast::ast::ExportDefaultDeclaration<'_>) -> StmtKind {
        let at = span(export.span);
        let own = Some(Arc::from("default"));
        match &export.declaration {
            ExportDefaultDeclarationKind::FunctionDeclaration(function) => {
                let lowered = self.function(function);
                if let Some(name) = &lowered.name {
                    let scope = self.block();
                    self.bind(name, scope, lowered.span, Bound::Function(Arc::clone(&lowered)));
                }
                let what = Exported::Function(Arc::clone(&lowered));
                self.exports.push(Export { name: own, span: at, what });
                StmtKind::Function(lowered)
            }
            ExportDefaultDeclarationKind::ClassDeclaration(class) => {
                let lowered = self.class(class);
                if let Some(name) = &lowered.name {
                    let scope = self.block();
                    self.bind(name, scope, lowered.span, Bound::Class(Arc::clone(&lowered)));
                }
                self.exports.push(Export {
                    name: own,
                    span: at,
                    what: Exported::Class(Arc::clone(&lowered)),
                });
                StmtKind::Class(lowered)
            }
            ExportDefaultDeclarationKind::TSInterfaceDeclaration(_) => StmtKind::Other,
            other => {
                let Some(value) = other.as_expression() else { return StmtKind::Other };
                let value = Arc::new(self.expr(value));
                self.exports.push(Export::default_of(at, Arc::clone(&value)));
                StmtKind::Block(vec![exported(value)])
            }
        }
    }

    fn import(&mut self, import: &oxc_ast::ast::ImportDeclaration<'_>) {
        let source: Arc<str> = self.word(import.source.value.as_str());
        let types_only = import.import_kind == ImportOrExportKind::Type;
        if !types_only {
            self.add_import(&source, &import.source);
        }
        for one in import.specifiers.iter().flatten() {
            let (local, name) = match one {
                ImportDeclarationSpecifier::ImportSpecifier(one) => {
                    (&one.local, Imported::Name(text(&one.imported)))
                }
                ImportDeclarationSpecifier::ImportDefaultSpecifier(one) => {
                    (&one.local, Imported::Name(Arc::from("default")))
                }
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(one) => (&one.local, Imported::All),
            };
            let bound = Bound::Import { source: Arc::clone(&source), name };
            let scope = self.block();
            let name = self.word(local.name.as_str());
            self.bind(&name, scope, span(local.span), bound);
        }
    }

    pub(super) fn import_equals(&mut self, import: &TSImportEqualsDeclaration<'_>) {
        let TSModuleReference::ExternalModuleReference(module) = &import.module_reference else { return };
        let source: Arc<str> = self.word(module.expression.value.as_str());
        self.add_import(&source, &module.expression);
        let scope = self.block();
        let bound = Bound::Import { source, name: Imported::All };
        let name = self.word(import.id.name.as_str());
        self.bind(&name, scope, span(import.id.span), bound);
    }

    pub(super) fn add_import(&mut self, source: &Arc<str>, at: &oxc_ast::ast::StringLiteral<'_>) {
        self.imports.push(Import { source: Arc::clone(source), span: span(at.span()) });
    }
}

fn text(name: &ModuleExportName<'_>) -> Arc<str> {
    Arc::from(name.name().as_str())
}

/// The exported value stands in the tree as a variable without a name, so that walks see it.
fn exported(value: Arc<crate::code::ast::Expr>) -> Stmt {
    use crate::code::ast::{Declarator, Pattern, PatternKind};
    let at = value.span;
    let pattern = Pattern { span: at, kind: PatternKind::Array { items: Box::default(), rest: None } };
    Stmt { span: at, kind: StmtKind::Var(vec![Declarator { span: at, pattern, value: Some(value) }]) }
}
