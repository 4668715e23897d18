package render

import "testing"

func TestTexLine(t *testing.T) {
	tests := []struct{ in, want string }{
		{`x^2 + y_1`, "x² + y₁"},
		{`\alpha \le \beta`, "α ≤ β"},
		{`\frac{a+b}{2}`, "(a+b)/2"},
		{`\sqrt{x}`, "√x"},
		{`\sqrt{x+1}`, "√(x+1)"},
		{`\sqrt[3]{8}`, "∛8"},
		{`e^{i\pi} = -1`, "e^(iπ) = −1"},
		{`\sum_{i=1}^n i`, "∑_(i=1)ⁿ i"},
		{`x \in \mathbb{R}`, "x ∈ ℝ"},
		{`f'(x) \to 0`, "f′(x) → 0"},
		{`\text{speed} \times t`, "speed × t"},
		{`90^\circ`, "90°"},
		{`\begin{matrix} a & b \end{matrix}`, ""},
		{`\unknown{x}`, ""},
		{`{`, ""},
		{`x^`, ""},
	}
	for _, test := range tests {
		got, ok := texLine(test.in)
		if ok != (test.want != "") || ok && got != test.want {
			t.Errorf("texLine(%q) = %q, %v, want %q", test.in, got, ok, test.want)
		}
	}
}
