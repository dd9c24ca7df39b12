using System.Text;
using Ropewalk.Cli.Commands;

namespace Ropewalk.Cli.Terminal;

/// <summary>Is standard output. Where it takes nothing (a full disk, a closed descriptor) the command ends with one line that says so.</summary>
internal sealed class OutputWriter(TextWriter inner) : TextWriter(inner.FormatProvider)
{
    /// <inheritdoc/>
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => Try(() => inner.Write(value));

    /// <inheritdoc/>
    public override void Write(string? value) => Try(() => inner.Write(value));

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

    /// <inheritdoc/>
    public override void Flush() => Try(inner.Flush);

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Failed, $"cannot write to standard output: {(e.InnerException ?? e).Message}", e);
        }
    }
}
