using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Ropewalk.Interop.Tests;

/// <summary>A server in a process whose RLIMIT_NOFILE is really low: more clients than it has descriptors for.</summary>
public sealed class StarvationTests
{
    private const int Limit = 160;
    private const int Clients = 200;
    private const int Leavers = 30;

    // of one processor; and the time for an answer
    private const double MostCpu = 0.05;
    private static readonly TimeSpan Relief = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task AStarvedServerIsIdleAndAcceptsAgainWithinASecondOfRelief()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc");
        var bash = ExternalProgram.Find("bash", isPeer: false);
        await using RunningProgram server = bash.Start(["-c", $"ulimit -n {Limit}; exec \"$@\"", "echo", .. EchoSample.Command, "tcp:127.0.0.1:0"]);
        IPEndPoint at = IPEndPoint.Parse(await server.ReadLineWithAsync("127.0.0.1:"));

        // each says something at once: who is answered was accepted, the others wait in the backlog
        using var clients = new ClientCrowd();
        for (int i = 0; i < Clients; i++)
        {
            clients.Add(at);
        }

        Assert.Contains("Cannot accept", await ReadErrorLineAsync(server, "Cannot accept"));
        await clients.WaitForAnswersAsync(1);
        await clients.SettleAsync();
        int served = clients.Answered;
        Assert.InRange(served, 1, Limit);

        double cpu = await MeasureCpuAsync(server.Id, TimeSpan.FromSeconds(2));
        Assert.Equal(served, clients.Answered);
        Assert.True(cpu < MostCpu, $"{cpu:P1} of a processor while starved");

        long relieved = Stopwatch.GetTimestamp();
        clients.Leave(Leavers);
        await clients.WaitForAnswersAsync(served + 1);
        TimeSpan wait = Stopwatch.GetElapsedTime(relieved);
        Assert.True(wait < Relief, $"accepted again after {wait}");
        await clients.WaitForAnswersAsync(served + Leavers - 8);

        // everybody leaves: the server is as it was
        clients.Leave(Clients);
        using var late = new ClientCrowd();
        late.Add(at);
        await late.WaitForAnswersAsync(1);
        TestContext.Current.SendDiagnosticMessage($"starved: {served} of {Clients} served under a limit of {Limit}, {cpu:P2} CPU, accepted again after {wait.TotalMilliseconds:0} ms");
    }

    private static async Task<string> ReadErrorLineAsync(RunningProgram server, string text)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        string? line;
        do
        {
            line = await server.Errors.ReadLineAsync(late.Token);
        }
        while (line is not null && !line.Contains(text, StringComparison.Ordinal));
        return line ?? "the server has ended";
    }

    private static async Task<double> MeasureCpuAsync(int process, TimeSpan over)
    {
        TimeSpan before = ReadCpu(process);
        long started = Stopwatch.GetTimestamp();

        // a measurement takes its time: this is the one thing that is waited for
        using var timer = new PeriodicTimer(over);
        await timer.WaitForNextTickAsync();
        return (ReadCpu(process) - before) / Stopwatch.GetElapsedTime(started);
    }

    // proc(5): the fields 14 and 15 are user and system time in ticks of 10 ms
    private static TimeSpan ReadCpu(int process)
    {
        string stat = File.ReadAllText($"/proc/{process}/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromMilliseconds(10 * (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)));
    }

    /// <summary>Clients that say one byte and wait for it to come back.</summary>
    private sealed class ClientCrowd : IDisposable
    {
        private readonly List<Socket> _sockets = [];
        private readonly HashSet<Socket> _gone = [];
        private readonly SemaphoreSlim _answers = new(0);
        private int _answered;

        public int Answered => Volatile.Read(ref _answered);

        public void Add(IPEndPoint at)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Connect(at);
            socket.Send([1]);
            _sockets.Add(socket);
            _ = ListenAsync(socket);
        }

        /// <summary>Waits until no more answers have come for half a second.</summary>
        public async Task SettleAsync()
        {
            while (await _answers.WaitAsync(TimeSpan.FromMilliseconds(500)))
            {
                // one more
            }
        }

        public async Task WaitForAnswersAsync(int count)
        {
            while (Answered < count)
            {
                Assert.True(await _answers.WaitAsync(TimeSpan.FromSeconds(20)), $"{Answered} answers, not {count}");
            }
        }

        /// <summary>Closes the connections of the first ones that are still there.</summary>
        public void Leave(int count)
        {
            foreach (Socket socket in _sockets.Where(socket => !_gone.Contains(socket)).Take(count).ToArray())
            {
                _gone.Add(socket);
                socket.Dispose();
            }
        }

        public void Dispose()
        {
            Leave(_sockets.Count);
            _answers.Dispose();
        }

        private async Task ListenAsync(Socket socket)
        {
            try
            {
                if (await socket.ReceiveAsync(new byte[1]) == 1)
                {
                    Interlocked.Increment(ref _answered);
                    _answers.Release();
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // left
            }
        }
    }
}
