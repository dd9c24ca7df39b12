using System.Diagnostics.CodeAnalysis;
using Ropewalk.Endpoints;

namespace Ropewalk.Cli.Configuration.Formats;

/// <summary>Reads an endpoint string. A bare <c>HOST:PORT</c> gets the section's own scheme, if it has one; in a file, relative paths start at its folder.</summary>
internal sealed class EndpointFormat(string? defaultScheme = "tcp") : ValueFormat<EndpointSpec>
{
    /// <inheritdoc/>
    public override string TypeText => "an endpoint";

    /// <inheritdoc/>
    public override bool TryRead(ScalarNode node, [MaybeNullWhen(false)] out EndpointSpec value, out ValueProblem problem)
    {
        problem = default;
        if (!EndpointSpec.TryParse(node.Text, out value, out EndpointSpecError error))
        {
            problem = new ValueProblem($"at offset {error.Offset} of the endpoint: {error.Message}", error.Offset);
            return false;
        }

        try
        {
            value = defaultScheme is null ? value : value.WithScheme(defaultScheme);
            // elsewhere the working folder is where they start anyway, and the endpoint is shown as it was given
            value = node.Origin.Source.Kind == ConfigurationSourceKind.File ? value.WithFilesFrom(node.Origin.Source.BaseFolder) : value;
            return true;
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            // the bare form parsed, but its keys are not those of the scheme that it stands for
            problem = new ValueProblem(e.Message);
            value = null;
            return false;
        }
    }

    /// <inheritdoc/>
    public override string Write(EndpointSpec value, bool redacted) => TextFormat.Quote(redacted ? value.ToString() : value.ToUnredactedString());
}
