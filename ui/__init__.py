"""The look: number formats, template tags, navigation, charts, lists, forms and exports. No models."""
