using System.Text;

namespace Ropewalk.Interop.Tests;

/// <summary>Is what a program has written so far; a test waits until a text is in it.</summary>
internal sealed class HeardText
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly StringBuilder _text = new();
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public HeardText(StreamReader stream) => Ended = HearAsync(stream);

    /// <summary>Gets a task that completes when the program writes no more.</summary>
    public Task Ended { get; }

    /// <inheritdoc/>
    public override string ToString()
    {
        lock (_text)
        {
            return _text.ToString();
        }
    }

    /// <summary>Waits for a text, wherever it stands in what was written.</summary>
    public async Task WaitForAsync(string text, TimeSpan? patience = null)
    {
        using var late = new CancellationTokenSource(patience ?? Patience);
        while (true)
        {
            Task next = Volatile.Read(ref _more).Task;
            bool ended = Ended.IsCompleted;
            if (ToString().Contains(text, StringComparison.Ordinal))
            {
                return;
            }

            Assert.False(ended, $"it ended without '{text}':\n{this}");
            try
            {
                await next.WaitAsync(late.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"it did not write '{text}':\n{this}");
            }
        }
    }

    private async Task HearAsync(StreamReader stream)
    {
        char[] buffer = new char[4096];
        int read;
        while ((read = await stream.ReadAsync(buffer)) > 0)
        {
            lock (_text)
            {
                _text.Append(buffer, 0, read);
            }

            Interlocked.Exchange(ref _more, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        }

        Volatile.Read(ref _more).TrySetResult();
    }
}
