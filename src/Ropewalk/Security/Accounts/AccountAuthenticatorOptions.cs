using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Ropewalk.Security.Accounts;

/// <summary>Bounds what checking passwords may cost, and how often one may guess.</summary>
public sealed class AccountAuthenticatorOptions
{
    /// <summary>Gets or sets how often new passwords are hashed. Default <see cref="ScramCredential.DefaultIterations"/>. Stored ones keep theirs.</summary>
    public int Iterations { get; set; } = ScramCredential.DefaultIterations;

    /// <summary>Gets or sets the most passwords that are hashed at once, each on a thread of its own. Default half the processors: the other half serves.</summary>
    public int MaxConcurrentChecks { get; set; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>Gets or sets the most checks that may wait. Default 128: at 30 ms each, four seconds for one thread; who waits longer has left.</summary>
    public int MaxWaitingChecks { get; set; } = 128;

    /// <summary>
    /// Gets or sets whether passwords are hashed where they are checked instead of on threads of their own. Default false. Only for
    /// simulated runs: their one thread may not be left.
    /// </summary>
    public bool ChecksInline { get; set; }

    /// <summary>Gets or sets how many failures in a row an account takes before each further attempt waits for <see cref="FailureInterval"/>. Default 10 (NIST SP 800-63B §5.2.2 allows 100).</summary>
    public int FailuresPerAccount { get; set; } = 10;

    /// <summary>Gets or sets the same for one address (IPv4) or one /64 (IPv6). Default 10: the users behind one address share it; fail2ban takes 5.</summary>
    public int FailuresPerAddress { get; set; } = 10;

    /// <summary>Gets or sets after what time one more failure is allowed again. Default 1 minute: 10 in 10 minutes, fail2ban's window.</summary>
    public TimeSpan FailureInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets or sets for how many accounts, and for how many addresses, failures are remembered. Default 65,536 each (some 10 MiB). Over it all further ones share one count.</summary>
    public int MaxTracked { get; set; } = 65_536;

    /// <summary>Gets or sets whether an account that is not verified may not sign in. Default true.</summary>
    public bool RequireVerified { get; set; } = true;

    /// <summary>Gets or sets the clock.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Gets or sets where salts come from. Default the system's source.</summary>
    public RandomNumberGenerator Random { get; set; } = RandomNumberGenerator.Create();

    /// <summary>Checks everything and tells all errors at once.</summary>
    /// <exception cref="OptionsValidationException">Something is wrong.</exception>
    public void Validate()
    {
        var errors = new List<string>();
        Check(nameof(Iterations), Iterations, ScramCredential.MaxIterations);
        Check(nameof(MaxConcurrentChecks), MaxConcurrentChecks, 1024);
        Check(nameof(MaxWaitingChecks), MaxWaitingChecks, 65_536);
        Check(nameof(FailuresPerAccount), FailuresPerAccount, int.MaxValue);
        Check(nameof(FailuresPerAddress), FailuresPerAddress, int.MaxValue);
        Check(nameof(MaxTracked), MaxTracked, int.MaxValue);
        if (FailureInterval <= TimeSpan.Zero || FailureInterval > TimeSpan.FromDays(1))
        {
            errors.Add("FailureInterval: allowed is more than 0 and up to 1 day.");
        }

        if (TimeProvider is null)
        {
            errors.Add("TimeProvider: must not be null.");
        }

        if (Random is null)
        {
            errors.Add("Random: must not be null.");
        }

        if (errors.Count > 0)
        {
            throw new OptionsValidationException(nameof(AccountAuthenticatorOptions), typeof(AccountAuthenticatorOptions), errors);
        }

        void Check(string name, int value, int most)
        {
            if (value < 1 || value > most)
            {
                errors.Add($"{name}: allowed is 1 to {most}.");
            }
        }
    }
}
