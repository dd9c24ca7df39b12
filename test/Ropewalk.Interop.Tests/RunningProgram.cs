using System.Diagnostics;

namespace Ropewalk.Interop.Tests;

/// <summary>Is a program that runs.</summary>
internal sealed class RunningProgram(string command, Process process) : IAsyncDisposable
{
    /// <summary>Gets its standard input.</summary>
    public StreamWriter Input => process.StandardInput;

    /// <summary>Gets its standard output.</summary>
    public StreamReader Output => process.StandardOutput;

    /// <summary>Gets its standard error.</summary>
    public StreamReader Errors => process.StandardError;

    /// <summary>Gets its process id.</summary>
    public int Id => process.Id;

    /// <summary>Gets how long its threads have been busy.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Gets how much memory it has.</summary>
    public long WorkingSetBytes
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>Gets whether it has not ended yet.</summary>
    public bool IsRunning => !process.HasExited;

    /// <summary>Gives it the rest of its input and waits for its end.</summary>
    public async Task<ProgramResult> FinishAsync(string input, TimeSpan timeout)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading its input.
        }

        bool late = false;
        try
        {
            await process.WaitForExitAsync().WaitAsync(timeout);
        }
        catch (TimeoutException)
        {
            late = true;
            process.Kill(entireProcessTree: true);
        }

        var result = new ProgramResult(late ? -1 : process.ExitCode, await output, await errors);
        Assert.False(late, $"{command} did not end in {timeout.TotalSeconds} s\n--- output\n{result.Output}\n--- errors\n{result.Errors}");
        return result;
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> WaitForExitAsync()
    {
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    /// <summary>Reads lines of its output until one holds <paramref name="text"/>.</summary>
    public async Task<string> ReadLineWithAsync(string text, TimeSpan? timeout = null)
    {
        using var late = new CancellationTokenSource(timeout ?? TimeSpan.FromSeconds(20));
        while (await process.StandardOutput.ReadLineAsync(late.Token) is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return line;
            }
        }

        Assert.Fail($"{command} ended without saying '{text}'.");
        return "";
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }
}
