using System.Text;

namespace Ropewalk.Cli.Terminal;

/// <summary>Is a standard stream that may take nothing (a full disk, a closed descriptor).</summary>
/// <param name="inner">The stream.</param>
/// <param name="failed">Is told that it took nothing; it throws, or the command goes on.</param>
internal sealed class GuardedWriter(TextWriter inner, Action<Exception> failed) : TextWriter(inner.FormatProvider)
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

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            failed(e);
        }
    }
}
