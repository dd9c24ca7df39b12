using System.Text;

namespace Ropewalk.Cli.Tests.Commands;

/// <summary>Keeps what is written, and tells when a text has come.</summary>
internal sealed class HeardWriter : TextWriter
{
    private readonly StringBuilder _text = new();
    private readonly List<(string Wanted, int From, TaskCompletionSource Came)> _waiting = [];

    public HeardWriter() => NewLine = "\n";

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(string? value)
    {
        lock (_text)
        {
            _text.Append(value);
            string all = _text.ToString();
            foreach ((string _, int _, TaskCompletionSource came) in _waiting.Where(w => all.IndexOf(w.Wanted, w.From, StringComparison.Ordinal) >= 0))
            {
                came.TrySetResult();
            }
        }
    }

    public override void WriteLine(string? value) => Write(value + NewLine);

    /// <summary>Completes when the text has been written, after the given position.</summary>
    public async Task WaitForAsync(string wanted, int from = 0)
    {
        Task came;
        lock (_text)
        {
            if (_text.ToString().IndexOf(wanted, Math.Min(from, _text.Length), StringComparison.Ordinal) >= 0)
            {
                return;
            }

            var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((wanted, from, source));
            came = source.Task;
        }

        try
        {
            await came.WaitAsync(TimeSpan.FromSeconds(30));
        }
        catch (TimeoutException)
        {
            Assert.Fail($"'{wanted}' did not come; what came is:\n{ToString()}");
        }
    }

    public override string ToString()
    {
        lock (_text)
        {
            return _text.ToString();
        }
    }
}
