using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Ropewalk.Transports;

namespace Ropewalk.Policies;

/// <summary>
/// Keeps the buffers of many connections within a budget, and makes those pay who hold: first each connection's own caps; over the soft
/// total the reads of the largest holders pause; over the hard total the largest holder of output is cut. Never does everybody pause: only
/// who holds more than the average can be among the largest.
/// </summary>
/// <remarks>Needs <see cref="IBufferUseFeature"/>; connections without it (Kestrel's own transport) pass uncounted.</remarks>
public sealed class MemoryBudgetPolicy : IConnectionPolicy
{
    /// <summary>How often is looked while less than half of the soft total is held, and above.</summary>
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(100);

    private readonly ILogger _logger;
    private readonly Round<Holder> _round;
    private MemoryBudget _budget;
    private long _cut;
    private long _held;
    private int _paused;
    private bool _isOver;

    /// <summary>Creates the policy.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The budget is wrong.</exception>
    public MemoryBudgetPolicy(MemoryBudget budget, TimeProvider? timeProvider = null, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(budget);
        budget.Validate();
        _budget = budget;
        _logger = logger ?? NullLogger.Instance;
        _round = new Round<Holder>(timeProvider ?? TimeProvider.System, Busy, Look);
    }

    /// <inheritdoc/>
    public string Name => "memory-budget";

    /// <summary>Gets the bytes that were held at the last look.</summary>
    public long HeldBytes => Volatile.Read(ref _held);

    /// <summary>Gets how many connections' reads were paused at the last look.</summary>
    public int Paused => Volatile.Read(ref _paused);

    /// <summary>Gets how many connections have been cut.</summary>
    public long Cut => Volatile.Read(ref _cut);

    /// <summary>Takes another budget from the next look on.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The budget is wrong; the old one stays.</exception>
    public void Update(MemoryBudget budget)
    {
        ArgumentNullException.ThrowIfNull(budget);
        budget.Validate();
        Volatile.Write(ref _budget, budget);
    }

    /// <inheritdoc/>
    public ConnectionDelegate Apply(ConnectionDelegate next) => connection =>
        connection.Features.Get<IBufferUseFeature>() is { } use ? ServeAsync(connection, use, next) : next(connection);

    private async Task ServeAsync(ConnectionContext connection, IBufferUseFeature use, ConnectionDelegate next)
    {
        var holder = new Holder(connection, use);
        _round.Add(holder);
        try
        {
            await next(connection);
        }
        finally
        {
            _round.Remove(holder);
        }
    }

    private TimeSpan Look(IReadOnlyList<Holder> all)
    {
        MemoryBudget budget = Volatile.Read(ref _budget);
        var holders = new List<Holder>(all.Count);
        long total = 0;
        foreach (Holder holder in all)
        {
            holder.Read();
            if (holder.Output > budget.ConnectionOutputBytes)
            {
                CutOff(holder, $"{holder.Output} bytes of output are not taken, over {budget.ConnectionOutputBytes}");
                continue;
            }

            if (holder.Input > budget.ConnectionInputBytes)
            {
                // pausing would not help: the handler has what it could take and waits for more
                CutOff(holder, $"{holder.Input} bytes of input are not consumed, over {budget.ConnectionInputBytes}");
                continue;
            }

            holders.Add(holder);
            total += holder.Total;
        }

        int cut = total > budget.HardTotalBytes ? CutLargest(holders, ref total, budget) : 0;
        int paused = PauseLargest(holders, total, budget);
        Volatile.Write(ref _held, total);
        Volatile.Write(ref _paused, paused);
        Report(total, budget, paused, cut);
        return total > budget.SoftTotalBytes / 2 ? Busy : Calm;
    }

    private int CutLargest(List<Holder> holders, ref long total, MemoryBudget budget)
    {
        int cut = 0;
        holders.Sort(static (a, b) => b.Output.CompareTo(a.Output));
        while (total > budget.HardTotalBytes && cut < holders.Count && holders[cut].Output > 0)
        {
            total -= holders[cut].Total;
            CutOff(holders[cut++], $"all buffers together are over {budget.HardTotalBytes} bytes, and this connection held the most output");
        }

        holders.RemoveRange(0, cut);
        return cut;
    }

    private static int PauseLargest(List<Holder> holders, long total, MemoryBudget budget)
    {
        // who is paused stays so until a tenth below the line: no flapping
        long excess = total - budget.SoftTotalBytes;
        bool isRelieved = total < budget.SoftTotalBytes / 10 * 9;
        long average = holders.Count == 0 ? 0 : total / holders.Count;
        int paused = 0;
        holders.Sort(static (a, b) => b.Total.CompareTo(a.Total));
        foreach (Holder holder in holders)
        {
            bool isLargest = excess > 0 && holder.Total > average;
            excess -= isLargest ? holder.Total : 0;
            holder.IsPaused = isLargest || (holder.IsPaused && !isRelieved && holder.Total > average);
            paused += holder.IsPaused ? 1 : 0;
        }

        return paused;
    }

    private void CutOff(Holder holder, string reason)
    {
        _round.Remove(holder);
        Interlocked.Increment(ref _cut);
        Refusal.Cut(holder.Connection, this, ConnectionEndReason.LimitExceeded, reason, _logger);
    }

    private void Report(long total, MemoryBudget budget, int paused, int cut)
    {
        bool isOver = total > budget.SoftTotalBytes || cut > 0;
        if (isOver && !_isOver)
        {
            PolicyLog.OverBudget(_logger, total, cut > 0 ? "hard" : "soft", cut > 0 ? budget.HardTotalBytes : budget.SoftTotalBytes, paused, cut);
        }
        else if (_isOver && !isOver)
        {
            PolicyLog.WithinBudget(_logger, total);
        }

        _isOver = isOver;
    }

    private sealed class Holder(ConnectionContext connection, IBufferUseFeature use)
    {
        private bool _isPaused;

        public ConnectionContext Connection => connection;

        public long Input { get; private set; }

        public long Output { get; private set; }

        public long Total => Input + Output;

        public bool IsPaused
        {
            get => _isPaused;
            set
            {
                if (value != _isPaused)
                {
                    _isPaused = value;
                    use.ReadsPaused = value;
                }
            }
        }

        public void Read()
        {
            // a layer that came later (TLS) counts what it holds and what is below it
            IBufferUseFeature whole = connection.Features.Get<IBufferUseFeature>() ?? use;
            Input = whole.InputBytes;
            Output = whole.OutputBytes;
        }
    }
}
