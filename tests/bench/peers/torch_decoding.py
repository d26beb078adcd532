"""One recorded session of a spiking decoder in PyTorch, with the neurons of snnTorch, learning online by the rule of
rules/spiking/two_trace.rule or fast_trace.rule. No derivatives.

Prints JSON: mean loss over all steps, seconds a step (median of repeats).
"""
import argparse
import json
import math
import statistics
import time

import snntorch
import torch

parser = argparse.ArgumentParser()
parser.add_argument("session")
parser.add_argument("--rule", choices=["two_trace", "fast_trace"], default="two_trace")
parser.add_argument("--repeats", type=int, default=3)
arguments = parser.parse_args()
torch.set_num_threads(1)
torch.set_grad_enabled(False)

with open(arguments.session) as file:
    session = json.load(file)
c = session["constants"]
keep_output = math.exp(-c["dt"] / c["tau_output"])
keep_membrane = math.exp(-c["dt"] / c["tau_membrane"])
x = torch.tensor(session["x"], dtype=torch.float32)
x = torch.cat([x, torch.ones(len(x), 1)], dim=1)
target = torch.tensor(session["target"], dtype=torch.float32)
learn = session["learn"]
start = [torch.tensor(w, dtype=torch.float32) for w in session["weights"]]
two = arguments.rule == "two_trace"
eta_fast, eta_slow, mix, tau_fast, tau_slow = (4e-5, 3e-4, 0.5, 0.12, 0.7) if two else (1.4e-4, 0, 1, 0.12, 0.7)
keep_fast, keep_slow = math.exp(-c["dt"] / tau_fast), math.exp(-c["dt"] / tau_slow)


def run():
    w = [m.clone() for m in start]
    neurons = [snntorch.Leaky(beta=keep_membrane, threshold=c["threshold"], reset_mechanism="subtract") for _ in range(2)]
    mem = [n.init_leaky() for n in neurons]
    spikes = [torch.zeros(len(start[0])), torch.zeros(len(start[2]))]
    y = torch.zeros(len(start[3]))
    fast, slow, momentum = ([torch.zeros_like(m) for m in start] for _ in range(3))
    square_err, square_pre = [1.0] * 4, [1.0] * 4
    one = torch.ones(1)
    losses = []
    for k in range(len(x)):
        before = spikes[0]
        spikes[0], mem[0] = neurons[0](w[0] @ x[k] + w[1] @ before, mem[0])
        s1 = torch.cat([spikes[0], one])
        spikes[1], mem[1] = neurons[1](w[2] @ s1, mem[1])
        s2 = torch.cat([spikes[1], one])
        y = keep_output * y + (1 - keep_output) * (w[3] @ s2)
        e3 = target[k] - y
        losses.append((e3 * e3).mean())
        if not learn[k]:
            continue
        gate = [1 / (1 + c["gate_slope"] * (m - c["threshold"]).abs()) ** 2 for m in mem]
        e2 = w[3][:, :-1].T @ e3
        e1 = w[2][:, :-1].T @ (e2 * gate[1])
        error = [e1, e1, e2, e3]
        gated = [e1 * gate[0], e1 * gate[0], e2 * gate[1], e3]
        pre = [x[k], before, s1, s2]
        for l in range(4):
            square_err[l] = 0.99 * square_err[l] + 0.01 * (error[l] * error[l]).mean()
            scale = square_err[l] + 1e-8
            if two:
                square_pre[l] = 0.99 * square_pre[l] + 0.01 * (pre[l] * pre[l]).mean()
                scale = scale * (square_pre[l] + 1e-8)
            change = torch.outer(gated[l] / torch.sqrt(scale), pre[l])
            fast[l].mul_(keep_fast).add_(change)
            both = fast[l]
            if two:
                slow[l].mul_(keep_slow).add_(change)
                both = mix * fast[l] + (1 - mix) * slow[l]
                momentum[l].mul_(0.9).add_(both, alpha=0.1)
            w[l].add_(both, alpha=eta_fast)
            if two and (k + 1) % c["slow_every"] == 0:
                w[l].add_(momentum[l] / torch.sqrt((momentum[l] ** 2).mean() + 1e-8), alpha=eta_slow)
            w[l].mul_((c["row_bound"] / w[l].norm(dim=1, keepdim=True)).clamp(max=1))
    return float(torch.stack(losses).mean())


seconds = []
for _ in range(arguments.repeats):
    began = time.perf_counter()
    loss = run()
    seconds.append(time.perf_counter() - began)
print(json.dumps({"mean_loss": loss, "seconds_per_step": statistics.median(seconds) / len(x)}))
